-- resumo_publish: the truths of the queue for the planner that publishes them: name of the metric, values
-- of its labels with a tab between, value. One planner at a time: whoever asks first has the turn for
-- `prazo_ms` and keeps it by asking again before its end; others get no row. A planner forgets what it was
-- told at the end of its turn by its own clock, which it started before it asked, so no two show them.
--
-- 100 companies, the oldest, have a label of their own; the others are summed as "outros".
create or replace function resumo_publish(trabalhador text, prazo_ms bigint)
returns table (metrica text, rotulos text, valor double precision)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_ate constant timestamptz := v_agora + make_interval(secs => prazo_ms / 1000.0);
    v_quem text;
begin
    -- who holds the row is at it: nobody waits, a planner has one connection
    select t.trabalhador into v_quem
    from resumos_turno t
    where t.trabalhador = resumo_publish.trabalhador or t.ate <= v_agora
    for update skip locked;
    if found then
        update resumos_turno t set trabalhador = resumo_publish.trabalhador, ate = v_ate;
    else
        insert into resumos_turno (trabalhador, ate)
        select resumo_publish.trabalhador, v_ate
        where not exists (select 1 from resumos_turno)
        on conflict do nothing;
        if not found then
            return;
        end if;
    end if;
    return query
    select r.metrica, array_to_string(array[coalesce(n.nome, case when r.empresa_id is null then 'todas' else 'outros' end)] || r.rotulos, e'\t'),
        case when r.metrica in ('vencida_mais_antiga', 'ultimo_envio') then max(r.valor) else sum(r.valor) end
    from resumo_empresas() r
    left join (
        select e.id, replace(e.nome, e'\t', ' ') as nome from empresas e order by e.created_at, e.id limit 100) as n
        on n.id = r.empresa_id
    group by 1, 2
    union all
    select f.metrica, array_to_string(array(select replace(u.r, e'\t', ' ') from unnest(f.rotulos) as u (r)), e'\t'), f.valor
    from resumo_frota() f;
end
$$;
grant execute on function resumo_publish(text, bigint) to carteiro_planner;
