-- api_dono_remover: POST /donos/{id}/remover. Answers the row as it was.
create or replace function api_dono_remover(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_dono constant donos := api_dono(p);
    v_antes constant jsonb := api_dono_json(v_dono);
begin
    perform dono_remover(v_dono.id::text, empresa_atual()::text);
    return v_antes;
end
$$;
grant execute on function api_dono_remover(jsonb, jsonb) to carteiro_api;
