-- api_esquema: the JSON Schema of fields written as "nome: tipo! valor|valor; outro: inteiro 1..10; …". ! required (and
-- no empty text), ? may be null; '' is an object without fields, * any object; null: no schema.
--
-- Types: palavra (a name, an id, a phone), texto (a message), palavras and textos, inteiro, limite (of a page),
-- id (a number), numero, booleano, instante, data, uuid, objeto, objetos, lista, mapa (names and how many); a word with
-- a capital is another schema of the document, with [] a list of them. In plpgsql, which keeps its plan.
create or replace function api_esquema(campos text)
returns jsonb
language plpgsql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select case
            when campos = '*' then '{"type": "object"}'::jsonb
            when campos is not null then jsonb_strip_nulls(jsonb_build_object(
                'type', 'object',
                'properties', coalesce(jsonb_object_agg(f.nome, f.tipo) filter (where f.nome is not null), '{}'),
                'required', jsonb_agg(f.nome order by f.n) filter (where f.marca = '!'),
                'additionalProperties', false))
            end
        from (
            select s.n, s.nome, s.marca, case
                when s.marca <> '?' then s.tipo || s.valores
                when s.tipo ? '$ref' then jsonb_build_object('anyOf', jsonb_build_array(s.tipo, '{"type": "null"}'::jsonb))
                else s.tipo || s.valores || jsonb_build_object('type', jsonb_build_array(s.tipo -> 'type', 'null'))
                    || case when s.valores ? 'enum' then jsonb_build_object('enum', s.valores -> 'enum' || 'null') else '{}' end
                end as tipo
            from (
                select c.n, m[1] as nome, m[3] as marca,
                    case
                        when m[4] ~ '^\d+\.\.\d+$' then jsonb_build_object('minimum', split_part(m[4], '..', 1)::numeric,
                            'maximum', split_part(m[4], '..', 2)::numeric)
                        when m[4] is not null then jsonb_build_object('enum', to_jsonb(string_to_array(m[4], '|')))
                        when m[3] = '!' and m[2] in ('palavra', 'texto') then '{"minLength": 1}'
                        else '{}'
                    end as valores,
                    case
                        when m[2] ~ '^[A-Z].*\[\]$' then jsonb_build_object('type', 'array', 'items',
                            jsonb_build_object('$ref', '#/components/schemas/' || left(m[2], -2)))
                        when m[2] ~ '^[A-Z]' then jsonb_build_object('$ref', '#/components/schemas/' || m[2])
                        when m[4] is not null and m[2] in ('palavra', 'texto') then '{"type": "string"}'
                        else case m[2]
                            when 'palavra' then '{"type": "string", "maxLength": 200}'::jsonb
                            when 'texto' then '{"type": "string", "maxLength": 4096}'
                            when 'palavras' then '{"type": "array", "maxItems": 1000, "items": {"type": "string", "maxLength": 200}}'
                            when 'textos' then '{"type": "array", "maxItems": 1000, "items": {"type": "string", "maxLength": 4096}}'
                            when 'inteiro' then '{"type": "integer", "minimum": -2147483648, "maximum": 2147483647}'
                            when 'limite' then '{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}'
                            when 'id' then '{"type": "integer", "minimum": 0, "maximum": 9007199254740991}'
                            when 'numero' then '{"type": "number", "minimum": -999999999, "maximum": 999999999}'
                            when 'booleano' then '{"type": "boolean"}'
                            when 'instante' then '{"type": "string", "format": "date-time"}'
                            when 'data' then '{"type": "string", "format": "date"}'
                            when 'uuid' then '{"type": "string", "format": "uuid"}'
                            when 'objeto' then '{"type": "object"}'
                            when 'objetos' then '{"type": "array", "maxItems": 1000, "items": {"type": "object"}}'
                            when 'lista' then '{"type": "array"}'
                            when 'mapa' then '{"type": "object", "additionalProperties": {"type": "integer"}}'
                        end
                    end as tipo
                from regexp_split_to_table(nullif(campos, ''), '\s*;\s*') with ordinality as c (campo, n)
                cross join lateral regexp_match(c.campo, '^(\w+): (\w+(?:\[\])?)([!?]?)(?: (\S+))?$') as m
            ) as s
        ) as f);
end
$$;
grant execute on function api_esquema(text) to carteiro_api, carteiro_gateway;
