-- api_regra_ativar: POST /regras/{nome}/ativar.
create or replace function api_regra_ativar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform api_regra(p);
    perform regra_ativar(p ->> 'nome', empresa_atual()::text);
    return api_regra(p);
end
$$;
grant execute on function api_regra_ativar(jsonb, jsonb) to carteiro_api;
