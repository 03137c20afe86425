-- api_segmento: the name of a path's saved segment; raises P0002 when this company has none of that name.
create or replace function api_segmento(p jsonb)
returns text
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    if not exists (select from segmentos s where s.nome = p ->> 'nome' and s.empresa_id = empresa_atual()) then
        raise exception 'nome: there is no such saved segment' using errcode = 'P0002';
    end if;
    return p ->> 'nome';
end
$$;
grant execute on function api_segmento(jsonb) to carteiro_api;
