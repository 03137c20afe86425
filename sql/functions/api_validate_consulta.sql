-- api_validate_consulta: the same for a query, whose values are texts: a field that is not in the schema,
-- or whose text is not of its type, raises 22023 naming it.
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
            raise exception '%: there is no such query parameter', left(v_campo, 60) using errcode = '22023';
        end if;
        if v_do -> 'enum' is not null and not v_do -> 'enum' @> to_jsonb(v_texto) then
            raise exception '%: expected %', v_campo,
                (select string_agg(x, ', ') from jsonb_array_elements_text(v_do -> 'enum') x) using errcode = '22023';
        end if;
        if v_do ->> 'type' = 'integer' and v_texto !~ '^[0-9]{1,9}$' then
            raise exception '%: expected a whole number', v_campo using errcode = '22023';
        end if;
        if v_do ->> 'format' is not null then
            begin
                case v_do ->> 'format'
                    when 'uuid' then perform v_texto::uuid;
                    when 'date-time' then perform v_texto::timestamptz;
                    else perform v_texto::date;
                end case;
            exception when others then
                raise exception '%: expected %', v_campo, v_do ->> 'format' using errcode = '22023';
            end;
        end if;
    end loop;
end
$$;
grant execute on function api_validate_consulta(jsonb, jsonb) to carteiro_api, carteiro_gateway;
