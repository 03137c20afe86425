-- api_campanha_testar: POST /campanhas/{id}/testar.
create or replace function api_campanha_testar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select jsonb_build_object('testes', coalesce(jsonb_agg(to_jsonb(t)), '[]'))
        from campanha_testar((api_campanha(p)).id, api_textos(c -> 'numeros')) t);
end
$$;
grant execute on function api_campanha_testar(jsonb, jsonb) to carteiro_api;
