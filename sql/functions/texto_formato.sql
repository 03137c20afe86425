-- texto_formato: a text with {placeholders} as a format() string and its keys in order.
--
-- 'Oi {nome}, 10% off' becomes ('Oi %1$s, 10%% off', '{nome}'). format() fills it in one pass,
-- so a value that looks like a placeholder stays text. A placeholder is {a-z, 0-9, _}; any other
-- brace is text. Null gives nulls.
create or replace function texto_formato(texto text, out formato text, out chaves text[])
language plpgsql immutable parallel safe
as $$
declare
    parte text[];
    resto text := replace(texto, '%', '%%');
    onde integer;
begin
    if texto is null then
        return;
    end if;
    formato := '';
    chaves := '{}';
    loop
        parte := regexp_match(resto, '\{([a-z][a-z0-9_]*)\}');
        exit when parte is null;
        chaves := chaves || parte[1];
        onde := strpos(resto, '{' || parte[1] || '}');
        formato := formato || left(resto, onde - 1) || '%' || cardinality(chaves) || '$s';
        resto := substr(resto, onde + length(parte[1]) + 2);
    end loop;
    formato := formato || resto;
end
$$;
grant execute on function texto_formato(text) to public;
