-- api_cliente_salvar: POST /clientes.
create or replace function api_cliente_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_cliente_json(cliente_salvar(nome => c ->> 'nome', telefone => c ->> 'telefone',
        especialidade_nome => c ->> 'especialidade_nome', regiao => c ->> 'regiao', tags => api_textos(c -> 'tags'),
        data_nascimento => (c ->> 'data_nascimento')::date, fuso => c ->> 'fuso', metadata => c -> 'metadata',
        empresa => empresa_atual()::text));
end
$$;
grant execute on function api_cliente_salvar(jsonb, jsonb) to carteiro_api;
