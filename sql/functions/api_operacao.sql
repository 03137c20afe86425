-- api_operacao: a route (a row of api_rotas) as an operation of the OpenAPI document: what it takes, what it
-- answers (`campos` and `erros` of api_respostas), and every status it may end with.
create or replace function api_operacao(r jsonb, campos text, erros text[])
returns jsonb
language plpgsql stable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v_corpo constant jsonb := api_esquema(r ->> 'corpo');
begin
    return (
        select jsonb_strip_nulls(jsonb_build_object(
            'operationId', regexp_replace((r ->> 'funcao'), '^api_', ''),
            'summary', (r ->> 'resumo'),
            'tags', jsonb_build_array(coalesce(nullif(split_part((r ->> 'caminho'), '/', 2), 'api'), split_part((r ->> 'caminho'), '/', 3))),
            'security', case when r ->> 'papel' is null then '[]'::jsonb end,
            'parameters', coalesce((
                    select jsonb_agg(jsonb_build_object('name', m[1], 'in', 'path', 'required', true, 'schema', '{"type": "string"}'::jsonb))
                    from regexp_matches((r ->> 'caminho'), '\{(\w+)\}', 'g') m), '[]')
                || coalesce((
                    select jsonb_agg(jsonb_build_object('name', e.key, 'in', 'query', 'schema', e.value) order by e.key)
                    from jsonb_each(api_esquema((r ->> 'consulta')) -> 'properties') e), '[]')
                || case
                    when (r ->> 'metodo') = 'POST' then '[{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 200}, "description": "O mesmo pedido com a mesma chave acontece uma vez, e tem a mesma resposta durante um dia"}]'::jsonb
                    when (r ->> 'tipo') like 'text/csv%' then '[]'
                    else '[{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}, "description": "O ETag que se tem: 304 se nada mudou"}]' end,
            'requestBody', case when (r ->> 'corpo') <> '' then jsonb_build_object('required', v_corpo ? 'required',
                'content', jsonb_build_object('application/json', jsonb_build_object('schema', v_corpo))) end,
            'responses', jsonb_build_object(
                r ->> 'status', jsonb_build_object('description', (r ->> 'resumo'), 'content', jsonb_build_object(
                    split_part((r ->> 'tipo'), ';', 1), jsonb_build_object('schema',
                        case (r ->> 'tipo') when 'application/json' then api_forma(campos) else '{"type": "string"}' end))))
            || case when (r ->> 'metodo') = 'GET' and (r ->> 'tipo') not like 'text/csv%' then '{"304": {"description": "Nada mudou"}}' else '{}' end::jsonb
            || (
                select jsonb_object_agg(x.status, jsonb_build_object('$ref', '#/components/responses/' || x.status))
                from (values
                    ('400', true),
                    ('401', r ->> 'papel' is not null),
                    ('403', r ->> 'papel' = 'escrita'),
                    ('404', r ->> 'caminho' ~ '\{' or '404' = any (erros)),
                    ('409', '409' = any (erros)),
                    ('413', true),
                    ('422', true),
                    ('429', true),
                    ('503', true)) as x (status, ha)
                where x.ha))));
end
$$;
grant execute on function api_operacao(jsonb, text, text[]) to carteiro_api;
