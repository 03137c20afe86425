-- api_docs: GET /docs: the same document for people, one plain page without scripts.
create or replace function api_docs(p jsonb, c jsonb)
returns text
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select '<!doctype html><html lang="pt-BR"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>Carteiro: API</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}'
        'code,b{font-family:ui-monospace,monospace}section{border-top:1px solid #ccc;padding:.6rem 0}table{border-collapse:collapse}'
        'td{padding:.1rem 1rem .1rem 0;vertical-align:top}small{color:#555}</style>'
        '<h1>Carteiro: API</h1><p>Cada pedido leva <code>Authorization: Bearer &lt;chave&gt;</code>; a chave é feita com '
        '<code>carteiro chave criar</code> e vale para uma empresa. Um POST com <code>Idempotency-Key</code> pode ser repetido: '
        'acontece uma vez. Erros vêm em <code>application/problem+json</code>, com o nome do campo em <code>campo</code>. '
        'Para programas: <a href="openapi.json">openapi.json</a>.</p>'
        || string_agg(format('<section><b>%s %s</b> <small>%s</small><br>%s%s</section>', r.metodo, r.caminho,
            coalesce(r.papel, 'sem chave'), r.resumo,
            coalesce((
                select '<table>' || string_agg(format('<tr><td><code>%s</code></td><td>%s%s</td><td>%s</td></tr>', e.key,
                    coalesce(e.value ->> 'format', e.value ->> 'type'),
                    coalesce(': ' || (select string_agg(x, ', ') from jsonb_array_elements_text(e.value -> 'enum') x), ''),
                    case when api_esquema(f.campos) -> 'required' ? e.key then 'obrigatório' else '' end), '' order by e.key) || '</table>'
                from (values (r.consulta), (r.corpo)) as f (campos)
                cross join lateral jsonb_each(api_esquema(f.campos) -> 'properties') e), '')), '' order by r.caminho, r.metodo)
    from api_rotas() r
$$;
grant execute on function api_docs(jsonb, jsonb) to carteiro_api;
