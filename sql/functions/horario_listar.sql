-- horario_listar: the opening hours of a company, by day and time.
create or replace function horario_listar(empresa text default null)
returns setof horarios_atendimento
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(horario_listar.empresa);
begin
    return query
    select h.*
    from horarios_atendimento h
    where h.empresa_id = v_dona
    order by h.dia, h.inicio, h.profissional nulls first;
end
$$;
grant execute on function horario_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
