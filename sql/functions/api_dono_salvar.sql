-- api_dono_salvar: POST /donos.
create or replace function api_dono_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_dono_json(dono_salvar(nome => c ->> 'nome', telefone => c ->> 'telefone', tipos => api_textos(c -> 'tipos'),
        ativo => (c ->> 'ativo')::boolean, empresa => empresa_atual()::text));
end
$$;
grant execute on function api_dono_salvar(jsonb, jsonb) to carteiro_api;
