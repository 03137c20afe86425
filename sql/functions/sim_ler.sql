-- sim_ler: yes or no as people write it: sim, não, s, n, true, false. Null for null. Raises 22023 that
-- names `argumento`.
create or replace function sim_ler(argumento text, texto text)
returns boolean
language plpgsql immutable
as $$
begin
    if texto is null then
        return null;
    end if;
    case lower(btrim(texto))
        when 'sim', 's', 'true', 't', '1' then return true;
        when 'não', 'nao', 'n', 'false', 'f', '0' then return false;
        else raise exception '%: expected sim or não, found "%"', argumento, texto using errcode = '22023';
    end case;
end
$$;
grant execute on function sim_ler(text, text) to public;
