-- api_dono_listar: GET /donos: who receives proactive messages.
create or replace function api_dono_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('donos', coalesce(jsonb_agg(api_dono_json(d) order by d.created_at, d.id), '[]')) from donos d
$$;
grant execute on function api_dono_listar(jsonb, jsonb) to carteiro_api;
