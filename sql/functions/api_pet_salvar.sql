-- api_pet_salvar: POST /clientes/{id}/pets.
create or replace function api_pet_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_pet_json(pet_salvar(cliente_id => (api_cliente(p)).id, nome => c ->> 'nome', especie => c ->> 'especie',
        data_nascimento => (c ->> 'data_nascimento')::date, externo_id => c ->> 'externo_id'));
end
$$;
grant execute on function api_pet_salvar(jsonb, jsonb) to carteiro_api;
