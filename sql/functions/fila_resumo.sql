-- fila_resumo: the queue in numbers for gauges: per company and state how many live messages, and
-- the age in seconds of the oldest that is due. Reads the live part only.
create or replace function fila_resumo()
returns table (empresa text, status text, mensagens bigint, mais_antiga_s double precision)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return query
    select e.nome, f.status, count(*),
        coalesce(extract(epoch from agora() - min(f.agendar_para) filter (where f.agendar_para <= agora())), 0)::double precision
    from fila_ativa f
    join empresas e on e.id = f.empresa_id
    group by e.nome, f.status;
end
$$;
grant execute on function fila_resumo() to carteiro_planner;
