-- api_dono_json: an owner as the API shows them.
create or replace function api_dono_json(d donos)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', d.id, 'nome', d.nome,
        'telefone', (select k.telefone from clientes k where k.id = d.cliente_id),
        'tipos', coalesce(d.tipos, proativo_tipos()), 'ativo', d.ativo, 'created_at', d.created_at)
$$;
grant execute on function api_dono_json(donos) to carteiro_api;
