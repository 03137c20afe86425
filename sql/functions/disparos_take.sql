-- disparos_take: locks up to n due firings; `lideres[i]` is the one whose message firing ids[i] shares
-- (itself: no other).
--
-- Reminders (gatilho agendamento, tipo lembrete) of one rule for one phone on one day of the company
-- share one message (disparo_pessoas): the first that is due takes the others of its day along. Whoever locks the
-- planned one with the lowest id, the leader, has the day; a session that does not get it leaves all of
-- them alone, so two never halve a day. What others hold is passed over. "+ 0" and "|| ''" keep the look-ups
-- to the index by person or id, whatever the statistics say.
create or replace function disparos_take(n integer, out ids bigint[], out lideres bigint[])
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    instante constant timestamptz := agora();
    v_lideres bigint[];
    v_sobra integer;
begin
    ids := array(
        select d.id
        from disparos d
        cross join lateral (select x.gatilho, x.tipo from regras_followup x where x.id = d.regra_id offset 0) as r
        where d.status = 'planejado'
          and d.quando <= instante
          and not (r.gatilho = 'agendamento' and r.tipo = 'lembrete')
        order by d.quando, d.id
        limit disparos_take.n
        for update of d skip locked);
    lideres := ids;
    v_sobra := disparos_take.n - cardinality(ids);
    if v_sobra <= 0 then
        return;
    end if;

    v_lideres := array(
        select distinct coalesce((
            select min(x.id + 0)
            from disparos x
            where x.cliente_id = any (p.pessoas)
              and x.regra_id + 0 = d.regra_id
              and x.status || '' = 'planejado'
              and disparo_dia(x.metadata, e.fuso) = disparo_dia(d.metadata, e.fuso)), d.id)
        from (
            select y.*
            from disparos y
            cross join lateral (select x.gatilho, x.tipo from regras_followup x where x.id = y.regra_id offset 0) as r
            where y.status = 'planejado'
              and y.quando <= instante
              and r.gatilho = 'agendamento'
              and r.tipo = 'lembrete'
            order by y.quando, y.id
            limit v_sobra) as d
        cross join lateral (select x.fuso from empresas x where x.id = d.empresa_id offset 0) as e
        cross join lateral (select disparo_pessoas(d.cliente_id) as pessoas offset 0) as p);
    if cardinality(v_lideres) = 0 then
        return;
    end if;
    v_lideres := array(
        select d.id
        from disparos d
        where d.id = any (v_lideres) and d.status || '' = 'planejado'
        order by d.id
        for update skip locked);
    select ids || array_agg(s.id), lideres || array_agg(l.id)
    into ids, lideres
    from unnest(v_lideres) as l (id)
    cross join lateral (select x.* from disparos x where x.id = l.id offset 0) as d
    cross join lateral (select x.fuso from empresas x where x.id = d.empresa_id offset 0) as e
    cross join lateral (select disparo_pessoas(d.cliente_id) as pessoas offset 0) as p
    cross join lateral (
        select x.id
        from disparos x
        where x.cliente_id = any (p.pessoas)
          and x.regra_id + 0 = d.regra_id
          and x.status || '' = 'planejado'
          and (x.id = d.id or disparo_dia(x.metadata, e.fuso) = disparo_dia(d.metadata, e.fuso))
        order by x.id + 0
        for update skip locked) as s;
end
$$;
