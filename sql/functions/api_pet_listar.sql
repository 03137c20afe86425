-- api_pet_listar: GET /clientes/{id}/pets: the pets of a person, by name.
create or replace function api_pet_listar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select jsonb_build_object('pets', coalesce(jsonb_agg(api_pet_json(x) order by x.nome, x.id), '[]'))
        from pets x
        where x.cliente_id = (api_cliente(p)).id);
end
$$;
grant execute on function api_pet_listar(jsonb, jsonb) to carteiro_api;
