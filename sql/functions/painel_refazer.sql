-- painel_refazer: counts the hours from `de` to `ate` (whole hours; at most 31 days a call) again into
-- resumo_horas and resumo_erros: what finished before this was kept, or a doubt. Returns how many
-- messages were counted.
--
-- While it counts no effects are applied: it takes one snapshot, in which what is counted is the finished
-- rows less what waits in efeitos, efeitos_retidos and resumo_acertos. Hours whose months retention
-- has dropped are refused: they would become zero.
create or replace function painel_refazer(de timestamptz, ate timestamptz)
returns bigint
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_primeira timestamptz;
    v_quantas bigint;
begin
    select min(p.de) into v_primeira from fila_parts('fila_mensagens') p;
    if de <> date_bin('1 hour', de, '2000-01-01 00:00:00+00') or ate <> date_bin('1 hour', ate, '2000-01-01 00:00:00+00') then
        raise exception 'de, ate: whole hours' using errcode = '22023';
    elsif ate <= de or ate > de + interval '31 days' then
        raise exception 'ate: after de, by 31 days at most' using errcode = '22023';
    elsif v_primeira is null or de < v_primeira then
        raise exception 'de: messages are kept since %', coalesce(v_primeira::text, 'now') using errcode = '22023';
    end if;
    lock table resumo_horas, resumo_erros in share row exclusive mode;
    delete from resumo_erros r where r.hora >= de and r.hora < ate;
    delete from resumo_horas r where r.hora >= de and r.hora < ate;

    with pendente as materialized (
        select u.id, sum((e.tipo = 'fim' and u.id <> all (coalesce(e.sem_conta, '{}')))::integer) as fins,
            coalesce(sum((u.depois in (4, 5))::integer) - sum((u.antes in (4, 5))::integer), 0) as entregues,
            coalesce(sum((u.depois = 5)::integer) - sum((u.antes = 5)::integer), 0) as lidas,
            coalesce(sum((u.depois = 3)::integer) - sum((u.antes = 3)::integer), 0) as falhas,
            coalesce(sum((u.depois = 6)::integer) - sum((u.antes = 6)::integer), 0) as mudas
        from (
            select x.tipo, x.mensagens, x.antes, x.depois, x.sem_conta from efeitos x
            union all
            select x.tipo, x.mensagens, x.antes, x.depois, x.sem_conta from efeitos_retidos x) as e
        cross join lateral unnest(e.mensagens, e.antes, e.depois) as u (id, antes, depois)
        group by u.id
    ), lida as (
        select date_bin('1 hour', f.encerrada_em, '2000-01-01 00:00:00+00') as hora, f.empresa_id, f.numero_id,
            painel_campanha(case when f.origem = 'campanha' then f.origem_id end) as campanha_id, f.origem, f.tipo, f.status,
            coalesce(f.erro_codigo, 0) as codigo,
            campanha_erro_classe(f.erro_codigo, case when f.status = 'erro' then f.erro end) as classe,
            1 - coalesce(p.fins, 0) as fins,
            (coalesce(f.entrega, '') in ('entregue', 'lida'))::integer - coalesce(p.entregues, 0) as entregues,
            (coalesce(f.entrega, '') = 'lida')::integer - coalesce(p.lidas, 0) as lidas,
            (coalesce(f.entrega, '') = 'falhou' and f.erro_codigo is not null)::integer - coalesce(p.falhas, 0) as falhas,
            (coalesce(f.entrega, '') = 'falhou' and f.erro_codigo is null)::integer - coalesce(p.mudas, 0) as mudas,
            case when f.status = 'enviada'
                then greatest(extract(epoch from f.enviada_em - greatest(f.agendar_para, f.created_at)) * 1000, 0)::bigint
                else 0 end as espera_ms
        from fila_mensagens f
        left join pendente p on p.id = f.id
        where f.encerrada_em >= de and f.encerrada_em < ate
    ), soma as materialized (
        select l.hora, l.empresa_id, l.numero_id, l.campanha_id, l.origem, l.tipo,
            case when l.status = 'erro' or l.falhas <> 0 then l.codigo end as codigo,
            case when l.status = 'erro' or l.falhas <> 0 then l.classe end as classe,
            coalesce(sum(l.fins) filter (where l.status = 'enviada'), 0) as enviadas, sum(l.entregues) as entregues,
            sum(l.lidas) as lidas, sum(l.falhas) as falhas, sum(l.mudas) as mudas,
            coalesce(sum(l.fins) filter (where l.status = 'erro'), 0) as erros,
            coalesce(sum(l.fins) filter (where l.status = 'cancelada'), 0) as canceladas,
            coalesce(sum(l.fins) filter (where l.status = 'expirada'), 0) as expiradas,
            sum(l.fins * l.espera_ms) as espera_ms, count(*) as mensagens
        from lida l
        group by 1, 2, 3, 4, 5, 6, 7, 8
    ), resposta as (
        select date_bin('1 hour', d.encerrada_em, '2000-01-01 00:00:00+00') as hora, f.empresa_id, f.numero_id, d.campanha_id,
            f.tipo, count(*) as respostas
        from campanha_destinatarios d
        join fila_mensagens f on f.id = d.mensagem_id and f.encerrada_em = d.encerrada_em
        where d.respondeu_em is not null and d.encerrada_em >= de and d.encerrada_em < ate
          and f.encerrada_em >= de and f.encerrada_em < ate
        group by 1, 2, 3, 4, 5
    ), erro as (
        insert into resumo_erros (hora, empresa_id, numero_id, campanha_id, codigo, classe, erros, falhas)
        select u.hora, u.empresa_id, u.numero_id, u.campanha_id, u.codigo, u.classe, sum(u.erros), sum(u.falhas)
        from (
            select s.hora, s.empresa_id, s.numero_id, s.campanha_id, s.codigo, s.classe, s.erros, s.falhas
            from soma s
            where s.codigo is not null
            union all
            select s.hora, s.empresa_id, s.numero_id, s.campanha_id, 0, 'outro', 0, s.mudas from soma s where s.mudas <> 0
            union all
            select a.hora, a.empresa_id, a.numero_id, a.campanha_id, a.codigo, a.classe, -a.erros, 0
            from resumo_acertos a
            where a.hora >= de and a.hora < ate and a.erros <> 0) as u
        group by 1, 2, 3, 4, 5, 6
        having sum(u.erros) <> 0 or sum(u.falhas) <> 0
    ), hora as (
        insert into resumo_horas (hora, empresa_id, numero_id, campanha_id, origem, tipo, enviadas, entregues, lidas, falhas,
            respostas, erros, canceladas, expiradas, espera_ms)
        select u.hora, u.empresa_id, u.numero_id, u.campanha_id, u.origem, u.tipo, sum(u.enviadas), sum(u.entregues), sum(u.lidas),
            sum(u.falhas), sum(u.respostas), sum(u.erros), sum(u.canceladas), sum(u.expiradas), sum(u.espera_ms)
        from (
            select s.hora, s.empresa_id, s.numero_id, s.campanha_id, s.origem, s.tipo, s.enviadas, s.entregues, s.lidas,
                s.falhas + s.mudas as falhas, 0 as respostas, s.erros, s.canceladas, s.expiradas, s.espera_ms
            from soma s
            union all
            select r.hora, r.empresa_id, r.numero_id, r.campanha_id, 'campanha', r.tipo, 0, 0, 0, 0, r.respostas, 0, 0, 0, 0
            from resposta r
            union all
            select a.hora, a.empresa_id, a.numero_id, a.campanha_id, a.origem, a.tipo, 0, 0, 0, 0, -a.respostas, -a.erros,
                -a.canceladas, -a.expiradas, 0
            from resumo_acertos a
            where a.hora >= de and a.hora < ate) as u
        group by 1, 2, 3, 4, 5, 6
    )
    select coalesce(sum(s.mensagens), 0) into v_quantas from soma s;
    return v_quantas;
end
$$;
