-- fila_claim_cap: of these rows, held by the claim, those that limits_frequencia lets go (with the day of
-- toques that counts each, null where no limit holds), and as `ids` those that it keeps back, until the
-- next day that has room, in its window. Called by fila_claim, only while there are limits.
--
-- A place is taken before it is known to be there: the row of today is counted up, which locks it
-- until the claim commits, then all days are summed by a statement that sees what others have
-- committed, and what is too much is taken back. So two claims never give one place twice. toques are
-- locked after everything else, in their order. A message that is tried again on the same day has its
-- place already; of two for one person the more urgent one goes.
create or replace function fila_claim_cap(inout linhas tid[], inout livres boolean[], inout fechadas boolean[],
    inout conversas uuid[], out toques date[], out ids uuid[], out motivos text[], out esperas interval[])
language plpgsql
as $$
declare
    v_agora constant timestamptz := agora();
    v_fora tid[];
    v_linhas tid[];
    v_pessoas uuid[];
    v_propositos text[];
    v_dias date[];
begin
    -- who asks for a place today, in the order in which they get one
    select array_agg(p.linha order by p.n), array_agg(p.cliente_id order by p.n), array_agg(p.proposito order by p.n),
        array_agg(p.hoje order by p.n)
    into v_linhas, v_pessoas, v_propositos, v_dias
    from (
        select u.linha, f.cliente_id, k.proposito, k.hoje, f.toque,
            row_number() over (order by f.prioridade desc, f.agendar_para, f.ordem) as n
        from unnest(fila_claim_cap.linhas) as u (linha)
        cross join lateral (select x.* from fila_ativa x where x.ctid = u.linha offset 0) as f
        left join carteiro.faixas x on x.id = f.faixa and x.id <> 0
        cross join lateral (
            select fila_proposito(f.tipo, f.origem, x.proposito) as proposito, (v_agora at time zone e.fuso)::date as hoje
            from empresas e
            where e.id = f.empresa_id
            offset 0) as k
        where exists (
            select 1
            from limites_frequencia l
            where l.proposito = k.proposito and (l.empresa_id = f.empresa_id or l.empresa_id is null))
    ) as p
    where p.toque is distinct from p.hoje;
    if v_linhas is null then
        -- whoever is tried again keeps its place
        toques := array(select f.toque from unnest(linhas) with ordinality u (linha, n) join fila_ativa f on f.ctid = u.linha order by u.n);
        return;
    end if;

    insert into carteiro.toques as t (cliente_id, proposito, dia, quantos)
    select u.pessoa, u.proposito, u.dia, count(*)
    from unnest(v_pessoas, v_propositos, v_dias) as u (pessoa, proposito, dia)
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict on constraint toques_pkey do update
    set quantos = t.quantos + excluded.quantos;

    select array_agg(p.linha) into v_fora
    from (
        select u.linha, u.pessoa, u.proposito, u.dia,
            row_number() over (partition by u.pessoa, u.proposito order by u.n desc) as do_fim
        from unnest(v_linhas, v_pessoas, v_propositos, v_dias) with ordinality as u (linha, pessoa, proposito, dia, n)
    ) as p
    join clientes c on c.id = p.pessoa
    cross join lateral (
        select max(s.quantos - l.maximo) as demais
        from frequencia_limites(c.empresa_id, p.proposito) l
        cross join lateral (
            select sum(t.quantos) as quantos
            from carteiro.toques t
            where t.cliente_id = p.pessoa and t.proposito = p.proposito and t.dia > p.dia - l.dias and t.dia <= p.dia) as s
    ) as excesso
    where p.do_fim <= excesso.demais;

    if v_fora is not null then
        update carteiro.toques t
        set quantos = t.quantos - d.quantos
        from (select u.pessoa, u.proposito, u.dia, count(*) as quantos
              from unnest(v_linhas, v_pessoas, v_propositos, v_dias) as u (linha, pessoa, proposito, dia)
              where u.linha = any (v_fora)
              group by 1, 2, 3) as d
        where t.cliente_id = d.pessoa and t.proposito = d.proposito and t.dia = d.dia;
        select array_agg(f.id), array_agg(w.motivo), array_agg(w.espera) into ids, motivos, esperas
        from unnest(v_linhas, v_propositos, v_dias) as u (linha, proposito, dia)
        cross join lateral (select x.* from fila_ativa x where x.ctid = u.linha offset 0) as f
        cross join lateral frequencia_espera(f.empresa_id, f.cliente_id, u.proposito, u.dia) as w
        where u.linha = any (v_fora);
    end if;

    select array_agg(a.linha order by a.n), array_agg(a.livre order by a.n), array_agg(a.fechada order by a.n),
        array_agg(a.conversa order by a.n), array_agg(coalesce(p.dia, f.toque) order by a.n)
    into fila_claim_cap.linhas, livres, fechadas, conversas, toques
    from unnest(fila_claim_cap.linhas, livres, fechadas, conversas) with ordinality as a (linha, livre, fechada, conversa, n)
    cross join lateral (select x.toque from fila_ativa x where x.ctid = a.linha offset 0) as f
    left join unnest(v_linhas, v_dias) as p (linha, dia) on p.linha = a.linha
    where v_fora is null or a.linha <> all (v_fora);
end
$$;
