-- api_esquema: the JSON Schema of fields written as "nome: tipo! valor|valor; …". Types: texto, textos,
-- inteiro, numero, booleano, instante, data, uuid, objeto, objetos. ! required, ? may be null. '' is
-- an object without fields, * any object; null: no schema.
create or replace function api_esquema(campos text)
returns jsonb
language sql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
    select case
        when campos = '*' then '{"type": "object"}'::jsonb
        when campos is not null then jsonb_strip_nulls(jsonb_build_object(
            'type', 'object',
            'properties', coalesce(jsonb_object_agg(f.nome, case f.marca
                when '?' then f.tipo || jsonb_build_object('type', jsonb_build_array(f.tipo -> 'type', 'null'))
                else f.tipo end) filter (where f.nome is not null), '{}'),
            'required', jsonb_agg(f.nome order by f.n) filter (where f.marca = '!'),
            'additionalProperties', false))
        end
    from (
        select c.n, m[1] as nome, m[3] as marca,
            jsonb_strip_nulls(case m[2]
                when 'texto' then jsonb_build_object('type', 'string', 'enum', to_jsonb(string_to_array(m[4], '|')))
                when 'textos' then '{"type": "array", "items": {"type": "string"}}'
                when 'inteiro' then '{"type": "integer", "minimum": -2147483648, "maximum": 2147483647}'
                when 'numero' then '{"type": "number"}'
                when 'booleano' then '{"type": "boolean"}'
                when 'instante' then '{"type": "string", "format": "date-time"}'
                when 'data' then '{"type": "string", "format": "date"}'
                when 'uuid' then '{"type": "string", "format": "uuid"}'
                when 'objeto' then '{"type": "object"}'
                when 'objetos' then '{"type": "array", "items": {"type": "object"}}'
            end) as tipo
        from regexp_split_to_table(nullif(campos, ''), '\s*;\s*') with ordinality as c (campo, n)
        cross join lateral regexp_match(c.campo, '^(\w+): (\w+)([!?]?)(?: (\S+))?$') as m
    ) as f
$$;
grant execute on function api_esquema(text) to carteiro_api, carteiro_gateway;
