-- api_docs: the same document for people, one plain page without scripts; what is long breaks on a small screen. See
-- api_documentar.
create or replace function api_docs(p jsonb, c jsonb)
returns text
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select '<!doctype html><html lang="pt-BR"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Carteiro: API</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:1.5rem auto;padding:0 1rem;'
        'overflow-wrap:anywhere}code,b{font-family:ui-monospace,monospace}section{border-top:1px solid #ccc;padding:.6rem 0}'
        'table{border-collapse:collapse;font-size:.9rem}td{padding:.1rem .8rem .1rem 0;vertical-align:top}'
        'td:first-child{min-width:7rem}small{color:#555}nav a{margin-right:.8rem}</style>'
        '<h1>Carteiro: API</h1><p>Cada pedido leva <code>Authorization: Bearer &lt;chave&gt;</code>; a chave é feita com '
        '<code>carteiro chave criar</code> e vale para uma empresa. Um POST com <code>Idempotency-Key</code> pode ser repetido: '
        'acontece uma vez. Uma lista traz em <code>depois</code> o que pede a página seguinte. Erros vêm em '
        '<code>application/problem+json</code>, com o nome do campo em <code>campo</code>. '
        'Para programas: <a href="openapi.json">openapi.json</a>.</p><nav>'
        || (select string_agg(format('<a href="#%s">%s</a>', g.tag, g.tag), ' ' order by g.tag)
            from (select distinct split_part(r.caminho, '/', 2) as tag from api_rotas() r) as g)
        || '</nav>'
        || string_agg(format('<section%s><b>%s %s</b> <small>%s</small><br>%s%s<small>%s%s</small></section>',
            case when r.is_primeira then format(' id="%s"', split_part(r.caminho, '/', 2)) else '' end,
            r.metodo, r.caminho, coalesce(r.papel, 'sem chave'), r.resumo,
            coalesce((
                select '<table>' || string_agg(format('<tr><td><code>%s</code></td><td>%s%s</td><td>%s</td></tr>', e.key,
                    coalesce(e.value ->> 'format', e.value #>> '{type,0}', e.value ->> 'type'),
                    coalesce(': ' || (select string_agg(x, ', ') from jsonb_array_elements_text(e.value -> 'enum') x), ''),
                    case when api_esquema(f.campos) -> 'required' ? e.key then 'obrigatório' else '' end), '' order by e.key) || '</table>'
                from (values (r.consulta), (r.corpo)) as f (campos)
                cross join lateral jsonb_each(api_esquema(f.campos) -> 'properties') e), ''),
            r.status, coalesce(': ' || (
                select string_agg(k, ', ' order by k)
                from jsonb_object_keys(coalesce(
                    (select api_forma(d.campos) from api_respostas() d where d.nome = a.campos), api_forma(a.campos)) -> 'properties') k), '')),
            '' order by r.caminho, r.metodo)
    from (
        select x.*, row_number() over (partition by split_part(x.caminho, '/', 2) order by x.caminho, x.metodo) = 1 as is_primeira
        from api_rotas() x
    ) as r
    left join api_respostas() a on a.nome = r.funcao
$$;
