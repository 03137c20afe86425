-- api_regra: what GET /regras says of the rule of a path; raises P0002 when there is none of that name.
create or replace function api_regra(p jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    achada jsonb;
begin
    select to_jsonb(r) into achada from regra_listar(empresa_atual()::text) r where r.nome = p ->> 'nome';
    if achada is null then
        raise exception 'nome: there is no such rule' using errcode = 'P0002';
    end if;
    return achada;
end
$$;
grant execute on function api_regra(jsonb) to carteiro_api;
