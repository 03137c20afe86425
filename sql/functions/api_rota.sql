-- api_rota: the route of a request and the values of its path; without one, the methods that the path
-- takes. A slash at the end makes no difference.
create or replace function api_rota(metodo text, caminho text)
returns table (funcao text, papel text, status integer, consulta text, corpo text, tipo text, valores jsonb, permitidos text[])
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_caminho constant text := coalesce(nullif(rtrim(caminho, '/'), ''), '/');
    v_partes constant text[] := string_to_array(v_caminho, '/');
    v_rota record;
begin
    permitidos := '{}';
    -- a fixed word comes before a placeholder: /campanhas/segmento/preview
    for v_rota in
        select r.*, string_to_array(r.caminho, '/') as partes
        from api_rotas() r
        where cardinality(string_to_array(r.caminho, '/')) = cardinality(v_partes)
          and not exists (
              select 1
              from unnest(string_to_array(r.caminho, '/'), v_partes) as p (deles, nossa)
              where p.deles !~ '^\{' and p.deles <> p.nossa or p.deles ~ '^\{' and p.nossa = '')
        order by position('{' in r.caminho) > 0
    loop
        if v_rota.metodo = api_rota.metodo then
            valores := coalesce((
                select jsonb_object_agg(btrim(p.deles, '{}'), p.nossa)
                from unnest(v_rota.partes, v_partes) as p (deles, nossa)
                where p.deles ~ '^\{'), '{}');
            funcao := v_rota.funcao;
            papel := v_rota.papel;
            status := v_rota.status;
            consulta := v_rota.consulta;
            corpo := v_rota.corpo;
            tipo := v_rota.tipo;
            return next;
            return;
        end if;
        permitidos := permitidos || v_rota.metodo;
    end loop;
    return next;
end
$$;
grant execute on function api_rota(text, text) to carteiro_gateway;
