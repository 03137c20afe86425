-- api_proativo_disparar: POST /api/aurora/proactive: the row; one without id where there was nothing to say, with the reason.
create or replace function api_proativo_disparar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform api_empresa('organizationId', c ->> 'organizationId');
    return api_proativo_json(proativo_disparar(type => c ->> 'type', data => c -> 'data',
        "ownerNumberId" => c ->> 'ownerNumberId', empresa => empresa_atual()::text));
end
$$;
grant execute on function api_proativo_disparar(jsonb, jsonb) to carteiro_api;
