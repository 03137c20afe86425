-- api_id: the `id` of a path; raises P0002 when it is no uuid, for then nothing is there.
create or replace function api_id(p jsonb)
returns uuid
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
begin
    return (p ->> 'id')::uuid;
exception when invalid_text_representation then
    raise exception 'id: not found' using errcode = 'P0002';
end
$$;
grant execute on function api_id(jsonb) to carteiro_api;
