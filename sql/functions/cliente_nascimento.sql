-- cliente_nascimento: a birthday as spreadsheets write it (dd/mm/yyyy, dd/mm/yy, yyyy-mm-dd,
-- with any of / - . and with or without a time behind it); null when it is no day from 1900
-- to `hoje`. Two digits of a year are the latest year that is not in the future.
create or replace function cliente_nascimento(texto text, hoje date)
returns date
language plpgsql immutable parallel safe
as $$
declare
    p   text[];
    ano integer;
    mes integer;
    dia integer;
begin
    if texto is null or texto = '' then
        return null;
    end if;
    p := regexp_match(left(texto, 60), '^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})([ T]+\d{1,2}:\d{2}.*)?\s*$');
    if p is not null then
        dia := p[1]; mes := p[2]; ano := p[3];
        if length(p[3]) = 2 then
            ano := ano + 100 * (extract(year from hoje)::integer / 100);
            if ano > extract(year from hoje) then
                ano := ano - 100;
            end if;
        end if;
    else
        p := regexp_match(left(texto, 60), '^\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})([ T]+\d{1,2}:\d{2}.*)?\s*$');
        if p is null then
            return null;
        end if;
        ano := p[1]; mes := p[2]; dia := p[3];
    end if;
    if ano < 1900 or mes not between 1 and 12 or dia < 1
       or dia > (array[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[mes]
       or dia = 29 and mes = 2 and (ano % 4 <> 0 or ano % 100 = 0 and ano % 400 <> 0) then
        return null;
    end if;
    return nullif(least(make_date(ano, mes, dia), hoje + 1), hoje + 1);  -- nobody is born tomorrow
end
$$;
grant execute on function cliente_nascimento(text, date) to public;
