-- fila_resumo: the queue in numbers for gauges: per company and state how many live messages, and
-- the age in seconds of the oldest that is due. Reads the live part only.
--
-- Counted again after four seconds, and after 20 µs for each message that was counted (ten millions:
-- 200 s): that keeps all planners together at a few hundredths of a core whatever the backlog. In
-- between the last answer stands (fila_contagem), and its ages grow.
create or replace function fila_resumo()
returns table (empresa text, status text, mensagens bigint, mais_antiga_s double precision)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_ultima fila_contagem;
begin
    select c.* into v_ultima from fila_contagem c where c.unico;
    if v_ultima.em is null
            or v_ultima.em not between v_agora - greatest(interval '4 seconds', v_ultima.total * interval '20 microseconds') and v_agora
                and pg_try_advisory_xact_lock(hashtext('carteiro.fila_resumo')) then
        insert into fila_contagem as c (em, total, linhas)
        select v_agora, coalesce(sum(l.mensagens), 0), coalesce(jsonb_agg(l), '[]')
        from (
            select e.nome as empresa, v.status, v.mensagens, v.desde
            from (
                select f.empresa_id, f.status, count(*) as mensagens,
                    min(f.agendar_para) filter (where f.agendar_para <= v_agora) as desde
                from fila_ativa f
                group by f.empresa_id, f.status
            ) as v
            join empresas e on e.id = v.empresa_id) as l
        on conflict (unico) do update
        set em = excluded.em, total = excluded.total, linhas = excluded.linhas
        returning c.* into v_ultima;
    end if;
    return query
    select l.empresa, l.status, l.mensagens,
        greatest(coalesce(extract(epoch from v_agora - l.desde), 0), 0)::double precision
    from jsonb_to_recordset(v_ultima.linhas) as l (empresa text, status text, mensagens bigint, desde timestamptz);
end
$$;
grant execute on function fila_resumo() to carteiro_planner;
