-- api_forma: the JSON Schema of an answer written as api_respostas has it: every field is there, and none is
-- bounded as what comes in. Null for null.
create or replace function api_forma(campos text)
returns jsonb
language plpgsql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select case
            when campos is null then null
            when campos = '*' then '{"type": "object"}'::jsonb
            when campos = 'mapa' then '{"type": "object", "additionalProperties": {"type": "integer"}}'
            when campos ~ '^[A-Z]\w*$' then jsonb_build_object('$ref', '#/components/schemas/' || campos)
            else (
                select jsonb_build_object('type', 'object', 'additionalProperties', false,
                    'required', jsonb_agg(e.key order by e.key),
                    'properties', jsonb_object_agg(e.key,
                        (e.value - '{maxLength,minLength,minimum,maximum,maxItems,default}'::text[]) #- '{items,maxLength}'))
                from jsonb_each(api_esquema(campos) -> 'properties') e)
            end);
end
$$;
grant execute on function api_forma(text) to carteiro_api;
