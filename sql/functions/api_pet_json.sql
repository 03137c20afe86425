-- api_pet_json: a pet as the API shows it.
create or replace function api_pet_json(x pets)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', x.id, 'cliente_id', x.cliente_id, 'externo_id', x.externo_id, 'nome', x.nome,
        'especie', x.especie, 'data_nascimento', x.data_nascimento, 'created_at', x.created_at)
$$;
grant execute on function api_pet_json(pets) to carteiro_api;
