-- api_pessoa: the person a body names by cliente_id, or by telefone and nome (made when unknown). Raises 22023
-- naming the field.
create or replace function api_pessoa(c jsonb)
returns uuid
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    achada uuid;
begin
    if c ->> 'cliente_id' is null and c ->> 'telefone' is null then
        raise exception 'cliente_id: expected it, or telefone; found neither' using errcode = '22023';
    end if;
    if c ->> 'cliente_id' is null then
        return (cliente_salvar(nome => c ->> 'nome', telefone => c ->> 'telefone', empresa => empresa_atual()::text)).id;
    end if;
    select x.id into achada from clientes x where x.id = (c ->> 'cliente_id')::uuid;
    if achada is null then
        raise exception 'cliente_id: there is no such cliente' using errcode = '22023';
    end if;
    return achada;
end
$$;
grant execute on function api_pessoa(jsonb) to carteiro_api;
