-- resumo_contar: the live part of the queue in numbers, as of a moment ago: one object {empresa_id,
-- numero_id, estado, mensagens, desde} for each company, number and state, and when they were counted.
--
-- Counted again after four seconds, and after 20 µs for each message that was counted (ten millions:
-- 200 s): that keeps all planners together at a few hundredths of a core whatever the backlog. In
-- between, and while somebody else counts, the last answer stands (fila_contagem).
--
-- Of pendente: what is not due; vencida, due and free to go; pausada, due but its lane, number, account,
-- company or everything is paused; fora_da_janela, due but its lane waits for the send window. `desde`
-- is the oldest's agendar_para.
create or replace function resumo_contar()
returns fila_contagem
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_ultima fila_contagem;
begin
    select c.* into v_ultima from fila_contagem c where c.unico;
    if v_ultima.em between v_agora - greatest(interval '4 seconds', v_ultima.total * interval '20 microseconds') and v_agora
            or not pg_try_advisory_xact_lock(hashtext('carteiro.fila_resumo')) then
        return v_ultima;
    end if;
    insert into fila_contagem as c (em, total, linhas)
    select v_agora, coalesce(sum(l.mensagens), 0), coalesce(jsonb_agg(l), '[]')
    from (
        with conta as materialized (
            select f.numero_id, f.faixa, f.status, f.agendar_para <= v_agora as is_due,
                count(*) as mensagens, min(f.agendar_para) as desde
            from fila_ativa f
            group by f.numero_id, f.faixa, f.status, f.agendar_para <= v_agora
        )
        select n.empresa_id, k.numero_id,
            case when k.status <> 'pendente' then k.status
                when not k.is_due then 'pendente'
                when livre.numero is null or x.pausada_em is not null and coalesce(x.pausada_ate > v_agora, true) then 'pausada'
                when x.fechada_ate > v_agora then 'fora_da_janela'
                else 'vencida' end as estado,
            sum(k.mensagens) as mensagens, min(k.desde) as desde
        from conta k
        join numeros n on n.id = k.numero_id
        left join faixas x on x.id = k.faixa
        left join fila_numeros_livres(array(select distinct q.numero_id from conta q)) as livre (numero, sondas)
            on livre.numero = k.numero_id and livre.sondas is null
        group by 1, 2, 3) as l
    on conflict (unico) do update
    set em = excluded.em, total = excluded.total, linhas = excluded.linhas
    returning c.* into v_ultima;
    return v_ultima;
end
$$;
