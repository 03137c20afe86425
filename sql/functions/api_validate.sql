-- api_validate: raises CT422 naming the first field of `valor` that is not as the schema says; `valor`
-- is null when there was no body.
create or replace function api_validate(esquema jsonb, valor jsonb)
returns void
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    v_campo text;
    v_item jsonb;
begin
    if esquema is null then
        return;
    end if;
    if jsonb_typeof(coalesce(valor, '{}')) <> 'object' then
        raise exception 'body: expected a JSON object, found %', jsonb_typeof(valor) using errcode = 'CT422';
    end if;
    for v_campo in select jsonb_array_elements_text(esquema -> 'required') loop
        if coalesce(valor -> v_campo, 'null') = 'null' then
            raise exception '%: expected a value, found nothing', v_campo using errcode = 'CT422';
        end if;
    end loop;
    if esquema -> 'properties' is null then
        return;
    end if;
    for v_campo, v_item in select e.key, e.value from jsonb_each(coalesce(valor, '{}')) e loop
        if not esquema -> 'properties' ? v_campo then
            raise exception 'body: there is no field "%"', left(v_campo, 60) using errcode = 'CT422', column = left(v_campo, 60);
        end if;
        perform api_validate_valor(v_campo, esquema -> 'properties' -> v_campo, v_item);
    end loop;
end
$$;
grant execute on function api_validate(jsonb, jsonb) to carteiro_api, carteiro_gateway;
