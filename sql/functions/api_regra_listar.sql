-- api_regra_listar: GET /regras: the follow-up rules, with what they say.
create or replace function api_regra_listar(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('regras', coalesce(jsonb_agg(to_jsonb(r) order by r.nome), '[]')) from regra_listar(empresa_atual()::text) r
$$;
grant execute on function api_regra_listar(jsonb, jsonb) to carteiro_api;
