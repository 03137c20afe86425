-- api_openapi: the routes as an OpenAPI 3.1 document; see api_documentar.
create or replace function api_openapi(p jsonb default null, c jsonb default null)
returns jsonb
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'openapi', '3.1.0',
        'info', jsonb_build_object('title', 'Carteiro', 'version', '1',
            'description', 'Mensagens de WhatsApp: campanhas, follow-ups, lembretes, fila. Um instante sem fuso é no fuso da empresa; as respostas trazem o deslocamento. Uma lista traz em `depois` o que pede a página seguinte (null: era a última).'),
        'security', '[{"chave": []}]'::jsonb,
        'components', jsonb_build_object(
            'securitySchemes', '{"chave": {"type": "http", "scheme": "bearer"}}'::jsonb,
            'responses', (
                select jsonb_object_agg(x.status, jsonb_strip_nulls(jsonb_build_object('description', x.quando,
                    'headers', case x.status
                        when '401' then '{"WWW-Authenticate": {"schema": {"type": "string"}}}'::jsonb
                        when '429' then '{"Retry-After": {"required": true, "schema": {"type": "integer"}}}'
                        when '503' then '{"Retry-After": {"required": true, "schema": {"type": "integer"}}}' end,
                    'content', '{"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}'::jsonb)))
                from (values
                    ('400', 'O pedido não é JSON, ou não é UTF-8'),
                    ('401', 'Sem chave em vigor'),
                    ('403', 'A chave só pode consultar'),
                    ('404', 'Não há'),
                    ('409', 'Não neste estado'),
                    ('413', 'O corpo é grande demais'),
                    ('422', 'Um campo (`campo`) não serve'),
                    ('429', 'Pedidos demais com esta chave (Retry-After)'),
                    ('503', 'Sem banco de dados agora (Retry-After)')) as x (status, quando)),
            'schemas', (select jsonb_object_agg(f.nome, api_forma(f.campos)) from api_respostas() f where f.nome ~ '^[A-Z]')
                || '{"Problema": {"type": "object", "required": ["title", "status"], "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}, "campo": {"type": "string", "description": "O campo, o parâmetro ou o cabeçalho que não serve"}}}}'),
        'paths', (
            select jsonb_object_agg(k.caminho, k.metodos)
            from (
                select r.caminho, jsonb_object_agg(lower(r.metodo), api_operacao(to_jsonb(r), f.campos, f.erros)) as metodos
                from api_rotas() r
                left join api_respostas() f on f.nome = r.funcao
                group by r.caminho
            ) as k))
$$;
