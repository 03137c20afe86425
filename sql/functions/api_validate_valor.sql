-- api_validate_valor: raises CT422 naming `campo` when a value is not as its schema says: type, words, length,
-- format, range; of a list each element.
create or replace function api_validate_valor(campo text, esquema jsonb, valor jsonb)
returns void
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    v_tipos constant jsonb := case jsonb_typeof(esquema -> 'type') when 'array' then esquema -> 'type'
        else jsonb_build_array(esquema -> 'type') end;
    v_tipo constant text := jsonb_typeof(valor);
    v_texto constant text := valor #>> '{}';
    v_item jsonb;
begin
    if not (v_tipos ? v_tipo or v_tipos ? 'integer' and v_tipo = 'number') then
        raise exception '%: expected %, found %', campo, case v_tipos ->> 0 when 'string' then 'a string' when 'array' then 'a list'
            when 'object' then 'an object' when 'integer' then 'a whole number' else v_tipos ->> 0 end, v_tipo using errcode = 'CT422';
    end if;
    if v_tipo = 'string' and esquema ? 'enum' and not esquema -> 'enum' @> valor then
        raise exception '%: expected %', campo,
            (select string_agg(x, ', ') from jsonb_array_elements_text(esquema -> 'enum') x) using errcode = 'CT422';
    end if;
    if v_tipo = 'string' and length(v_texto) < (esquema ->> 'minLength')::integer then
        raise exception '%: expected a value, found nothing', campo using errcode = 'CT422';
    end if;
    if v_tipo = 'string' and length(v_texto) > (esquema ->> 'maxLength')::integer then
        raise exception '%: expected at most % characters, found %', campo, esquema ->> 'maxLength', length(v_texto)
            using errcode = 'CT422';
    end if;
    if v_tipo = 'string' and not api_formato(esquema ->> 'format', v_texto) then
        raise exception '%: expected %', campo, case esquema ->> 'format' when 'date-time' then 'a time such as 2026-12-01T09:00-03:00'
            when 'date' then 'a day such as 2026-12-01' else 'a uuid' end using errcode = 'CT422';
    end if;
    if v_tipo = 'number' and v_tipos ? 'integer' and v_texto !~ '^-?[0-9]+$' then
        raise exception '%: expected a whole number', campo using errcode = 'CT422';
    end if;
    if v_tipo = 'number'
            and v_texto::numeric not between (esquema ->> 'minimum')::numeric and (esquema ->> 'maximum')::numeric then
        raise exception '%: expected a number from % to %', campo, esquema ->> 'minimum', esquema ->> 'maximum'
            using errcode = 'CT422';
    end if;
    if v_tipo = 'array' and jsonb_array_length(valor) > (esquema ->> 'maxItems')::integer then
        raise exception '%: expected at most %, found %', campo, esquema ->> 'maxItems', jsonb_array_length(valor)
            using errcode = 'CT422';
    end if;
    if v_tipo = 'array' then
        for v_item in select x from jsonb_array_elements(valor) x loop
            perform api_validate_valor(campo, esquema -> 'items', v_item);
        end loop;
    end if;
end
$$;
grant execute on function api_validate_valor(text, jsonb, jsonb) to carteiro_api;
