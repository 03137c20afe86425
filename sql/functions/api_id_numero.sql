-- api_id_numero: the `id` of a path where ids are numbers; raises P0002 when it is none, for then nothing is there.
create or replace function api_id_numero(p jsonb)
returns bigint
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
begin
    if p ->> 'id' !~ '^[0-9]{1,18}$' then
        raise exception 'id: not found' using errcode = 'P0002';
    end if;
    return (p ->> 'id')::bigint;
end
$$;
grant execute on function api_id_numero(jsonb) to carteiro_api;
