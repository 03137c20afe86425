-- nome_primeiro: what {nome} says: the first name, title-cased, without titles (Sr., Sra.,
-- Dr., Dra.), quotes, particles, emojis and initials; '' when nothing is left.
--
-- Letters are named by their code points and folded by translate(), so that the answer is the
-- same whatever locale the database was made with.
create or replace function nome_primeiro(nome text)
returns text
language plpgsql
immutable
parallel safe
as $$
declare
    -- not a letter of a name: ASCII but letters, ' and -; Latin-1 signs; punctuation, arrows,
    -- symbols; private use, variation selectors; emojis
    ruido    constant text := '[\u0001-\u0026\u0028-\u002C\u002E-\u0040\u005B-\u0060\u007B-\u00BF'
                              '\u00D7\u00F7\u2000-\u2BFF\u3000-\u303F\uE000-\uF8FF\uFE00-\uFE0F\U0001F000-\U0010FFFF]+';
    palavra  text;
    sobra    text := '';
    parte    text;
    resposta text := '';
begin
    foreach palavra in array regexp_split_to_array(
        translate(normalize(coalesce(nome, ''), nfc), E'\u2019\u02BC', ''''''), ruido)
    loop
        palavra := carteiro.nome_minusculas(btrim(palavra, '''-'));
        continue when palavra = ''
            or palavra in ('sr', 'sra', 'srta', 'dr', 'dra', 'prof', 'profa', 'da', 'de', 'di', 'do', 'das', 'dos', 'e');
        if length(palavra) > 1 then
            sobra := palavra;
            exit;
        end if;
        sobra := case when sobra = '' then palavra else sobra end;
    end loop;
    if sobra !~ '[''-]' then
        return carteiro.nome_maiusculas(left(sobra, 1)) || substr(sobra, 2);
    end if;
    -- each part after an apostrophe or a hyphen begins anew: D'Ávila, Ana-Maria
    for parte in select (regexp_matches(sobra, '[^''-]+|[''-]+', 'g'))[1] loop
        resposta := resposta || carteiro.nome_maiusculas(left(parte, 1)) || substr(parte, 2);
    end loop;
    return resposta;
end;
$$;
grant execute on function nome_primeiro(text) to public;
