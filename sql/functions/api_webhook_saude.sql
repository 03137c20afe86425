-- api_webhook_saude: GET /webhooks/saude: when a webhook of each number last came.
create or replace function api_webhook_saude(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('numeros', coalesce(jsonb_agg(jsonb_build_object('identificador', n.identificador,
        'visto_em', webhook_visto(n.identificador)) order by n.id), '[]'))
    from numeros n
$$;
grant execute on function api_webhook_saude(jsonb, jsonb) to carteiro_api;
