-- segmento_both: criteria of whoever meets both of these. Raises 22023 that names what cannot be said twice.
create or replace function segmento_both(a jsonb, b jsonb)
returns jsonb
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_duas text := (
        select string_agg(x.key, ', ' order by x.key)
        from jsonb_each(a) x
        join jsonb_each(b) y on y.key = x.key and y.value <> x.value
        where x.key not in ('engajamento', 'tag'));
begin
    if v_duas is not null then
        raise exception 'criterios: the segment says % already', v_duas using errcode = '22023';
    end if;
    return coalesce(a, '{}') || coalesce(b, '{}')
        || case when a ? 'engajamento' and b ? 'engajamento' then
            jsonb_build_object('engajamento', greatest((a ->> 'engajamento')::integer, (b ->> 'engajamento')::integer)) else '{}' end
        || case when a ? 'tag' and b ? 'tag' then jsonb_build_object('tag', (a -> 'tag') || (b -> 'tag')) else '{}' end;
end
$$;
