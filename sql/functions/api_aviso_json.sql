-- api_aviso_json: a notice as the API shows it.
create or replace function api_aviso_json(x avisos)
returns jsonb
language sql immutable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', x.id, 'em', x.em, 'tipo', x.tipo, 'cliente_id', x.cliente_id, 'alvo', x.alvo, 'texto', x.texto,
        'payload', x.payload, 'visto_em', x.visto_em, 'visto_por', x.visto_por)
$$;
grant execute on function api_aviso_json(avisos) to carteiro_api;
