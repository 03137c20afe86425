-- api_empresa: raises 22023 naming `campo` when a request names (by id or name) another company than its key's: a
-- key never leaves its company. Null, and what names this one, is fine.
create or replace function api_empresa(campo text, dita text)
returns void
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    if dita is not null and not exists (
            select from empresas e where e.id::text = lower(btrim(dita)) or e.nome = btrim(dita)) then
        raise exception '%: not the company of this key', campo using errcode = '22023';
    end if;
end
$$;
grant execute on function api_empresa(text, text) to carteiro_api;
