-- telefone_fuso: the time zone in which the holder of an E.164 number most likely lives, by
-- its DDD; null for foreign numbers. A default: people keep their number when they move.
create or replace function telefone_fuso(telefone text)
returns text
language sql
immutable
parallel safe
as $$
    select case
        when telefone !~ '^\+55[0-9]{10,11}$' then null
        else case substr(telefone, 4, 2)
            when '63' then 'America/Araguaina'
            when '65' then 'America/Cuiaba'
            when '66' then 'America/Cuiaba'
            when '67' then 'America/Campo_Grande'
            when '68' then 'America/Rio_Branco'
            when '69' then 'America/Porto_Velho'
            when '91' then 'America/Belem'
            when '92' then 'America/Manaus'
            when '93' then 'America/Santarem'
            when '94' then 'America/Belem'
            when '95' then 'America/Boa_Vista'
            when '96' then 'America/Belem'
            when '97' then 'America/Manaus'
            else 'America/Sao_Paulo'
        end
    end;
$$;
grant execute on function telefone_fuso(text) to public;
