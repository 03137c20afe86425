-- api_numero_listar: GET /numeros.
create or replace function api_numero_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('numeros', coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'identificador', n.identificador,
        'taxa', n.taxa, 'rajada', n.rajada, 'padrao', n.padrao, 'ativo', n.ativo) order by n.id), '[]'))
    from numeros n
$$;
grant execute on function api_numero_listar(jsonb, jsonb) to carteiro_api;
