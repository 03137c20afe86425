-- agenda_sum: two results together: numbers are added, objects likewise, lists joined (50 at most); of
-- anything else the first stays.
create or replace function agenda_sum(a jsonb, b jsonb)
returns jsonb
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
begin
    if a is null or b is null or jsonb_typeof(a) <> jsonb_typeof(b) then
        return coalesce(a, b);
    end if;
    return case jsonb_typeof(a)
        when 'number' then to_jsonb(a::numeric + b::numeric)
        when 'array' then (
            select coalesce(jsonb_agg(x.v order by x.i), '[]')
            from (select e.v, e.i from jsonb_array_elements(a || b) with ordinality e (v, i) order by e.i limit 50) x)
        when 'object' then (
            select coalesce(jsonb_object_agg(k, agenda_sum(a -> k, b -> k)), '{}')
            from (select jsonb_object_keys(a) union select jsonb_object_keys(b)) x (k))
        else a end;
end
$$;
