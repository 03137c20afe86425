-- efeitos_apply: what finished messages change elsewhere: takes up to n rows of efeitos, applies
-- them set-wise and deletes them, in one transaction. Returns the messages it covered.
--
-- Fewer than n rows wait until the oldest is `espera_ms` old: what is said of a message within that
-- time changes its person's row of the list once.
--
-- Exact and in any order: a row is taken once (SKIP LOCKED), and sums and maxima do not mind the
-- order. clientes and conversas are locked by id first: two appliers without it deadlock.
create or replace function efeitos_apply(n integer, espera_ms integer default 0)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_fim uuid[];
    v_fim_ate timestamptz[];
    v_de timestamptz;
    v_ate timestamptz;
    v_todas uuid[];
    v_fins boolean[];
    v_ates timestamptz[];
    v_empresas uuid[];
    v_estados text[];
    v_quando timestamptz[];
    v_contas integer[];
    v_entregues integer[];
    v_lidas integer[];
    v_falhas integer[];
    v_mudas integer[];
    v_campanha uuid[];
    v_origens text[];
    v_clientes uuid[];
    v_disparos uuid[];
    v_recusaram uuid[];
begin
    if espera_ms > 0 and not exists (select 1 from efeitos e order by e.id offset n - 1 limit 1)
            and not exists (
                select 1
                from (select x.criado_em from efeitos x order by x.id limit 1) as e
                where e.criado_em <= agora() - make_interval(secs => espera_ms / 1000.0)) then
        if exists (select 1 from resumo_acertos) then
            perform painel_add('{}', '{}', '{}', '{}', '{}', '{}', null, null);
        end if;
        return 0;
    end if;
    with tomados as (
        delete from efeitos e
        where e.id = any (array(
            select x.id from efeitos x order by x.id limit efeitos_apply.n for update skip locked))
        returning e.*
    ), mensagem as (
        select t.tipo, t.em, t.ate, u.id, u.antes, u.depois, t.tipo = 'fim' and u.id <> all (coalesce(t.sem_conta, '{}')) as conta
        from tomados t
        cross join lateral unnest(t.mensagens, t.antes, t.depois) as u (id, antes, depois)
    )
    select array_agg(m.id) filter (where m.is_fim), array_agg(m.fim_ate) filter (where m.is_fim),
        array_agg(m.id), array_agg(m.is_fim), array_agg(m.fim_ate), min(m.em), max(m.ate),
        array_agg(m.contas), array_agg(m.entregues), array_agg(m.lidas), array_agg(m.falhas), array_agg(m.mudas)
    into v_fim, v_fim_ate, v_todas, v_fins, v_ates, v_de, v_ate, v_contas, v_entregues, v_lidas, v_falhas, v_mudas
    from (
        select u.id, bool_or(u.tipo = 'fim') as is_fim, max(u.ate) filter (where u.tipo = 'fim') as fim_ate,
            min(u.em) as em, max(u.ate) as ate,
            -- changes of delivery say from where to where: sums of them do not mind the order
            sum(u.conta::integer)::integer as contas,
            (sum((u.depois in (4, 5))::integer) - sum((u.antes in (4, 5))::integer))::integer as entregues,
            (sum((u.depois = 5)::integer) - sum((u.antes = 5)::integer))::integer as lidas,
            (sum((u.depois = 3)::integer) - sum((u.antes = 3)::integer))::integer as falhas,
            (sum((u.depois = 6)::integer) - sum((u.antes = 6)::integer))::integer as mudas
        from mensagem u
        group by u.id) as m;
    if v_todas is null then
        return 0;
    end if;
    if v_fim is not null then
        perform efeitos_apply_contact(v_fim, v_fim_ate, v_de, v_ate);
    end if;
    -- who is told, and what is counted: read once for all of them
    select array_agg(m.id) filter (where f.origem = 'campanha'),
        array_agg(f.origem_id) filter (where f.origem = 'campanha'),
        array_agg(f.cliente_id) filter (where f.origem = 'campanha'),
        array_agg(m.id) filter (where f.is_disparo), array_agg(m.is_fim) filter (where f.is_disparo),
        array_agg(distinct f.cliente_id) filter (where f.erro_codigo = 131050 and f.estado = 'erro'),
        array_agg(f.empresa_id), array_agg(f.estado), array_agg(f.fim), array_agg(m.ate)
    into v_campanha, v_origens, v_clientes, v_disparos, v_fins, v_recusaram,
        v_empresas, v_estados, v_quando, v_ates
    from unnest(v_todas, v_fins, v_ates) as m (id, is_fim, ate)
    cross join lateral (
        select x.origem, x.origem_id, x.cliente_id, x.empresa_id, x.erro_codigo,
            case when x.status = 'enviada' then x.enviada_em else x.encerrada_em end as fim,
            case when x.status = 'erro' and x.resgates >= 3 then 'veneno' else x.status end as estado,
            x.origem in ('regra', 'agendamento', 'proativa') or x.tipo = 'primeiro_contato' as is_disparo
        from fila_mensagens x
        where x.id = m.id and x.encerrada_em between v_de and v_ate
        offset 0) as f;
    if v_recusaram is not null then -- Meta refused at once for whom marketing is stopped in WhatsApp
        perform webhook_consent(c.id, false, 'WhatsApp erro 131050', date_trunc('second', agora()), true)
        from unnest(v_recusaram) as r (id)
        join clientes c on c.id = r.id
        order by c.id;
    end if;
    if v_campanha is not null then
        perform campanha_apply_effects(v_campanha, v_de, v_ate, v_origens, v_clientes);
    end if;
    if v_disparos is not null then
        perform disparos_apply_effects(v_disparos, v_fins, v_de, v_ate);
    end if;
    if v_empresas is not null then
        perform resumo_add(v_empresas, v_estados, v_quando, v_ates);
    end if;
    perform painel_add(v_todas, v_contas, v_entregues, v_lidas, v_falhas, v_mudas, v_de, v_ate);
    return cardinality(v_todas);
end
$$;
grant execute on function efeitos_apply(integer, integer) to carteiro_planner;
