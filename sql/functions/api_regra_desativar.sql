-- api_regra_desativar: POST /regras/{nome}/desativar: what it had planned is cancelled.
create or replace function api_regra_desativar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform api_regra(p);
    perform regra_desativar(p ->> 'nome', empresa_atual()::text);
    return api_regra(p);
end
$$;
grant execute on function api_regra_desativar(jsonb, jsonb) to carteiro_api;
