-- api_dono_salvar: POST /donos.
create or replace function api_dono_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_dono donos;
begin
    v_dono := dono_salvar(nome => c ->> 'nome', telefone => c ->> 'telefone', tipos => api_textos(c -> 'tipos'),
        ativo => (c ->> 'ativo')::boolean, empresa => empresa_atual()::text);
    return api_dono_json(v_dono);
end
$$;
grant execute on function api_dono_salvar(jsonb, jsonb) to carteiro_api;
