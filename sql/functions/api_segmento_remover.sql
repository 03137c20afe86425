-- api_segmento_remover: POST /segmentos/{nome}/remover. Answers the row that was.
create or replace function api_segmento_remover(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return to_jsonb(s) - 'empresa_id' from segmento_remover(api_segmento(p), empresa_atual()::text) s;
end
$$;
grant execute on function api_segmento_remover(jsonb, jsonb) to carteiro_api;
