-- api_validate: raises 22023 naming the first field of `valor` that is not as the schema says; `valor`
-- is null when there was no body. Formats are checked by those who read the values.
create or replace function api_validate(esquema jsonb, valor jsonb)
returns void
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_campo text;
    v_item jsonb;
    v_do jsonb;
    v_tipos jsonb;
    v_tipo text;
begin
    if esquema is null then
        return;
    end if;
    if jsonb_typeof(coalesce(valor, '{}')) <> 'object' then
        raise exception 'body: expected a JSON object, found %', jsonb_typeof(valor) using errcode = '22023';
    end if;
    for v_campo in select jsonb_array_elements_text(esquema -> 'required') loop
        if coalesce(valor -> v_campo, 'null') = 'null' then
            raise exception '%: expected a value, found nothing', v_campo using errcode = '22023';
        end if;
    end loop;
    if esquema -> 'properties' is null then
        return;
    end if;
    for v_campo, v_item in select e.key, e.value from jsonb_each(coalesce(valor, '{}')) e loop
        v_do := esquema -> 'properties' -> v_campo;
        if v_do is null then
            raise exception '%: there is no such field', left(v_campo, 60) using errcode = '22023';
        end if;
        v_tipos := v_do -> 'type';
        v_tipos := case jsonb_typeof(v_tipos) when 'array' then v_tipos else jsonb_build_array(v_tipos) end;
        v_tipo := jsonb_typeof(v_item);
        if not (v_tipos ? v_tipo or v_tipos ? 'integer' and v_tipo = 'number' and v_item::text ~ '^-?[0-9]{1,10}$') then
            raise exception '%: expected %, found %', v_campo, replace(v_tipos ->> 0, 'string', 'a string'), v_tipo
                using errcode = '22023';
        end if;
        if v_tipo = 'string' and v_do -> 'enum' is not null and not v_do -> 'enum' @> v_item then
            raise exception '%: expected %', v_campo,
                (select string_agg(x, ', ') from jsonb_array_elements_text(v_do -> 'enum') x) using errcode = '22023';
        end if;
        if v_tipo = 'array' and exists (
                select 1 from jsonb_array_elements(v_item) x
                where jsonb_typeof(x) is distinct from v_do #>> '{items,type}') then
            raise exception '%: expected a list of %s', v_campo, v_do #>> '{items,type}' using errcode = '22023';
        end if;
    end loop;
end
$$;
grant execute on function api_validate(jsonb, jsonb) to carteiro_api, carteiro_gateway;
