-- api_validate_consulta: the same for a query, whose values are texts: a field that is not in the schema,
-- or whose text is not of its type, raises CT422 naming it.
create or replace function api_validate_consulta(esquema jsonb, consulta jsonb)
returns void
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    v_campo text;
    v_texto text;
    v_do jsonb;
begin
    for v_campo, v_texto in select e.key, e.value from jsonb_each_text(coalesce(consulta, '{}')) e loop
        v_do := esquema -> 'properties' -> v_campo;
        if v_do is null then
            raise exception 'query: there is no parameter "%"', left(v_campo, 60) using errcode = 'CT422', column = left(v_campo, 60);
        end if;
        if v_do ->> 'type' = 'integer' and v_texto !~ '^-?[0-9]{1,20}$' then
            raise exception '%: expected a whole number', v_campo using errcode = 'CT422';
        end if;
        perform api_validate_valor(v_campo, v_do, case v_do ->> 'type' when 'integer' then v_texto::numeric::text::jsonb
            else to_jsonb(v_texto) end);
    end loop;
end
$$;
grant execute on function api_validate_consulta(jsonb, jsonb) to carteiro_api, carteiro_gateway;
