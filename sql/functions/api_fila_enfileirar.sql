-- api_fila_enfileirar: POST /fila.
create or replace function api_fila_enfileirar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    nova uuid;
begin
    nova := enfileirar(cliente_id => api_pessoa(c), conteudo => c ->> 'conteudo', tipo => c ->> 'tipo',
        agendar_para => (c ->> 'agendar_para')::timestamptz, prioridade => (c ->> 'prioridade')::integer,
        modelo => c ->> 'modelo', parametros => api_textos(c -> 'parametros'), metadata => c -> 'metadata',
        garantia => c ->> 'garantia', valido_ate => (c ->> 'valido_ate')::timestamptz);
    return api_fila_json(api_fila(jsonb_build_object('id', nova)));
end
$$;
grant execute on function api_fila_enfileirar(jsonb, jsonb) to carteiro_api;
