-- fila_resumo: the queue in numbers: per company and status how many live messages, and the age in
-- seconds of the oldest that is due. As fresh as resumo_contar says; ages grow in between.
create or replace function fila_resumo()
returns table (empresa text, status text, mensagens bigint, mais_antiga_s double precision)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
begin
    return query
    select e.nome, s.status, sum(l.mensagens)::bigint,
        greatest(coalesce(extract(epoch from agora() - min(l.desde) filter (where l.estado <> 'pendente')), 0), 0)::double precision
    from jsonb_to_recordset((resumo_contar()).linhas)
        as l (empresa_id uuid, estado text, mensagens bigint, desde timestamptz)
    cross join lateral (
        select case when l.estado in ('processando', 'incerta') then l.estado else 'pendente' end as status) as s
    join empresas e on e.id = l.empresa_id
    group by e.nome, s.status;
end
$$;
grant execute on function fila_resumo() to carteiro_planner;
