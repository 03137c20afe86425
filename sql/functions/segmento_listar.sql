-- segmento_listar: the segments of a company: its own, and the predefined ones it has none of that name for.
create or replace function segmento_listar(empresa text default null)
returns table (nome text, titulo text, criterios jsonb, origem text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(segmento_listar.empresa);
begin
    return query
    select distinct on (s.nome) s.nome, s.titulo, s.criterios,
        case when s.empresa_id is null then 'predefinido' else 'empresa' end
    from segmentos s
    where s.empresa_id = dona or s.empresa_id is null
    order by s.nome, s.empresa_id nulls last;
end
$$;
grant execute on function segmento_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
