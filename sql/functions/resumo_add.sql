-- resumo_add: counts endings of messages into resumos_totais: element i of every array is one message as
-- it stands, `ates[i]` until when its end may have been, null where it did not end. Called with the effects,
-- once for each ending.
--
-- A message that ended unsent and was settled as sent afterwards has two effects; sent counts with the
-- one that is not older than its sending, so enviada is exact. Rows are written in the order of their
-- keys, after all other locks: two appliers wait for each other a moment and never deadlock.
create or replace function resumo_add(empresas uuid[], estados text[], fins timestamptz[], ates timestamptz[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
    insert into resumos_totais as t (empresa_id, nome, valor, ultima_em)
    select s.empresa, n.nome, sum(s.quantas), max(s.fim)
    from (
        select u.empresa, u.estado, count(*) as quantas, max(u.fim) as fim
        from unnest(empresas, estados, fins, ates) as u (empresa, estado, fim, ate)
        where u.ate is not null and (u.estado <> 'enviada' or u.fim <= u.ate)
        group by u.empresa, u.estado) as s
    cross join lateral (
        select case s.estado when 'veneno' then 'erro' else s.estado end
        union all
        select s.estado where s.estado = 'veneno') as n (nome)
    group by 1, 2
    order by 1, 2
    on conflict on constraint resumos_totais_pkey do update
    set valor = t.valor + excluded.valor, ultima_em = greatest(t.ultima_em, excluded.ultima_em);
end
$$;
