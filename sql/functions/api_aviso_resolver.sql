-- api_aviso_resolver: POST /avisos/{id}/resolver.
create or replace function api_aviso_resolver(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_id constant bigint := api_id_numero(p);
begin
    if not exists (select from avisos x where x.id = v_id) then
        raise exception 'id: there is no such notice' using errcode = 'P0002';
    end if;
    return api_aviso_json(aviso_resolver(v_id, coalesce(c ->> 'por', 'pela API')));
end
$$;
grant execute on function api_aviso_resolver(jsonb, jsonb) to carteiro_api;
