-- telefone_normalizar: a cell of a spreadsheet or a form to one E.164 number, or the reason
-- why there is none: no_phone, two_numbers, bad_ddd, bad_number, not_a_person,
-- spreadsheet_damage. The one place for the rules of phones; exactly one of the two is null.
--
-- Nothing is guessed: a missing DDD is bad_number, an old mobile of eight digits stays as it
-- was given (telefone_variantes finds it), and a fixed line behind a 9 ("9 3234-5678") is no
-- mobile. Only DDD 11 has mobiles 91 to 95: there the ninth digit came to make room for them.
-- A foreign number is taken with its +; after 00 it is not, for 0051 is Peru to some and
-- Porto Alegre to others.
create or replace function telefone_normalizar(inout telefone text, out motivo text)
language plpgsql
immutable
parallel safe
as $$
declare
    celula  text := left(coalesce(telefone, ''), 200);
    d       text := regexp_replace(celula, '[^0-9]+', '', 'g');
    is_plus boolean := celula ~ '^[^0-9]*\+';
begin
    telefone := null;
    if d = '' then
        motivo := case
            when celula ~ '#' then 'spreadsheet_damage'  -- ####, #N/D
            when celula ~ '[A-Za-z]' then 'bad_number'
            else 'no_phone'
        end;
        return;
    end if;
    if celula ~ '^[^0-9A-Za-z]*[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+[^0-9A-Za-z]*$' then
        motivo := 'spreadsheet_damage';
        return;
    end if;
    -- 11987654321.0 and 11987654321,00: a number written as a decimal lost nothing
    if celula ~ '^[^0-9]*[0-9]{10,13}[.,]0{1,2}[^0-9]*$' then
        d := substring(celula from '[0-9]{10,13}');
    end if;
    -- digits, then a letter or a bar, then digits again: an extension or a second number,
    -- and read as one it would be somebody else's
    if celula ~ '[A-Za-z/;|\n]'
       and celula ~ '^[^0-9]*([0-9][^0-9A-Za-z/;|\n]*){8,}[A-Za-z/;|\n][^0-9]*[0-9]' then
        motivo := case when length(d) >= 16 then 'two_numbers' else 'bad_number' end;
        return;
    end if;

    if is_plus and d !~ '^(55|0)' then
        -- the country codes in use, and for +1 an area code that can exist
        if length(d) between 8 and 15 and d ~ ('^(1[2-9][0-9]{9}$|20|21[12368]|2[2-6]|27|29[01789]'
            '|3[0-469]|3[578]|4[013-9]|42[013]|5[0-46-9]|6[0-6]|67[02-9]|68|69[0-2]|7|8[1246]'
            '|85[02356]|88[06]|9[0-58]|96|97[0-79]|99[2-68])') then
            telefone := '+' || d;
        else
            motivo := case when length(d) >= 16 then 'two_numbers' else 'bad_number' end;
        end if;
        return;
    end if;

    if d ~ '^0055' then
        d := substr(d, 5);
    elsif d ~ '^55' and (is_plus or length(d) >= 12) then
        d := substr(d, 3);
    end if;
    if d ~ '^0?[3589]00[0-9]{6,7}$' or d ~ '^[34]00[0-9]{5}$' or d ~ '^1(0[0-9]{2,3}|[0-9]{2})$' then
        motivo := 'not_a_person';  -- 0800, 4004, 190, 10315
        return;
    end if;
    if d ~ '^0[1-9]' then
        d := substr(d, 2);
        if length(d) in (12, 13) then
            d := substr(d, 3);  -- 0 15 85 ...: the carrier's code
        end if;
    end if;

    motivo := case
        when length(d) >= 16 then 'two_numbers'
        when length(d) not in (10, 11) then 'bad_number'
        when d !~ '^(1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9])' then 'bad_ddd'
        when d !~ '^..(9[6-9][0-9]{7}|[2-9][0-9]{7})$' and d !~ '^119[1-5][0-9]{7}$' then 'bad_number'
    end;
    if motivo is null then
        telefone := '+55' || d;
    end if;
end;
$$;
grant execute on function telefone_normalizar(text) to public;
