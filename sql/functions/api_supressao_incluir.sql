-- api_supressao_incluir: POST /supressoes: nobody writes to this number any more.
create or replace function api_supressao_incluir(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return to_jsonb(s) from supressao_incluir(telefone => c ->> 'telefone', motivo => c ->> 'motivo', empresa => empresa_atual()::text) s;
end
$$;
grant execute on function api_supressao_incluir(jsonb, jsonb) to carteiro_api;
