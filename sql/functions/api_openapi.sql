-- api_openapi: GET /openapi.json: the routes as an OpenAPI 3.1 document.
create or replace function api_openapi(p jsonb default null, c jsonb default null)
returns jsonb
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'openapi', '3.1.0',
        'info', jsonb_build_object('title', 'Carteiro', 'version', '1',
            'description', 'Mensagens de WhatsApp: campanhas, follow-ups, lembretes, fila. Um instante sem fuso é no fuso da empresa; as respostas trazem o deslocamento.'),
        'security', '[{"chave": []}]'::jsonb,
        'components', jsonb_build_object(
            'securitySchemes', '{"chave": {"type": "http", "scheme": "bearer"}}'::jsonb,
            'schemas', '{"Problema": {"type": "object", "required": ["title", "status"], "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}, "campo": {"type": "string"}}}}'::jsonb),
        'paths', (
            select jsonb_object_agg(k.caminho, k.metodos)
            from (
                select r.caminho, jsonb_object_agg(lower(r.metodo), jsonb_strip_nulls(jsonb_build_object(
                    'operationId', regexp_replace(r.funcao, '^api_', ''),
                    'summary', r.resumo,
                    'tags', jsonb_build_array(coalesce(nullif(split_part(r.caminho, '/', 2), 'api'), split_part(r.caminho, '/', 3))),
                    'security', case when r.papel is null then '[]'::jsonb end,
                    'parameters', nullif(
                        coalesce((
                            select jsonb_agg(jsonb_build_object('name', m[1], 'in', 'path', 'required', true, 'schema', '{"type": "string"}'::jsonb))
                            from regexp_matches(r.caminho, '\{(\w+)\}', 'g') m), '[]')
                        || coalesce((
                            select jsonb_agg(jsonb_build_object('name', e.key, 'in', 'query', 'schema', e.value) order by e.key)
                            from jsonb_each(api_esquema(r.consulta) -> 'properties') e), '[]')
                        || case r.metodo when 'POST' then
                            '[{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}]'::jsonb
                            else '[]' end, '[]'),
                    'requestBody', case when r.corpo <> '' then jsonb_build_object('required', api_esquema(r.corpo) ? 'required',
                        'content', jsonb_build_object('application/json', jsonb_build_object('schema', api_esquema(r.corpo)))) end,
                    'responses', jsonb_build_object(
                        r.status::text, jsonb_build_object('description', r.resumo, 'content', jsonb_build_object(
                            split_part(r.tipo, ';', 1), jsonb_build_object('schema', jsonb_build_object('type',
                                case r.tipo when 'application/json' then 'object' else 'string' end)))))
                    || (
                        select jsonb_object_agg(x.status, jsonb_build_object('description', x.quando, 'content',
                            '{"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}'::jsonb))
                        from (values
                            ('400', 'O corpo não é JSON', r.corpo is not null),
                            ('401', 'Sem chave em vigor', r.papel is not null),
                            ('403', 'A chave só pode consultar', r.papel = 'escrita'),
                            ('404', 'Não há', r.caminho ~ '\{'),
                            ('409', 'Não neste estado', r.papel = 'escrita' and r.caminho ~ '\{'),
                            ('422', 'Um campo (`campo`) não serve', r.papel is not null),
                            ('429', 'Pedidos demais com esta chave', r.papel is not null),
                            ('503', 'Sem banco de dados agora', true)) as x (status, quando, ha)
                        where x.ha)))) as metodos
                from api_rotas() r
                group by r.caminho
            ) as k))
$$;
grant execute on function api_openapi(jsonb, jsonb) to carteiro_api;
