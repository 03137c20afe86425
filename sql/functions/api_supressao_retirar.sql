-- api_supressao_retirar: POST /supressoes/retirar.
create or replace function api_supressao_retirar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return jsonb_build_object('clientes', supressao_retirar(telefone => c ->> 'telefone', motivo => c ->> 'motivo',
        empresa => empresa_atual()::text));
end
$$;
grant execute on function api_supressao_retirar(jsonb, jsonb) to carteiro_api;
