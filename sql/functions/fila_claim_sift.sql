-- fila_claim_sift: of the rows that fila_claim would let go, those that pauses of templates and the
-- degraded mode keep back, and those that go as probes. Called only while there is such a thing.
--
-- `linhas` are held by the caller; `livres[i]`: it goes as text, not as its template. Degraded: no
-- marketing, in whatever lane it is, and one message for each person and number in 6 s; what is too
-- early waits exactly as long as it has to. Template paused: it waits, but one message tries an
-- automatic pause that is due (see fila_claim_probes). Pays the tokens and writes sonda_ate of what goes.
-- `ficam` do not go; of these, `ids` are to be put back; the others had no token and stay as they are.
create or replace function fila_claim_sift(linhas tid[], livres boolean[], is_degradado boolean,
    taxa_padrao double precision, sonda_numeros integer[], sonda_pausas bigint[], sonda_ate timestamptz,
    out ficam tid[], out ids uuid[], out motivos text[], out esperas interval[], out sondas tid[])
language plpgsql
as $$
declare
    v_agora constant timestamptz := agora();
    v_pares constant interval := interval '6 seconds';
    v_pausas bigint[];
begin
    if is_degradado then
        select array_agg(j.linha), array_agg(j.id), array_agg(j.motivo), array_agg(j.espera)
        into ficam, ids, motivos, esperas
        from fila_claim_pairs(fila_claim_sift.linhas, v_pares) j;
    end if;

    -- templates: the pauses that one of these messages may try, locked one by one
    select array_agg(p.id) into v_pausas
    from (select p.id
          from pausas p
          where p.escopo = 'modelo' and p.automatica and p.ate <= v_agora
            and (p.sonda_ate is null or p.sonda_ate <= v_agora)
            and p.modelo_id in (
                select f.modelo_id
                from unnest(fila_claim_sift.linhas, fila_claim_sift.livres) as u (linha, livre)
                cross join lateral (select x.modelo_id from fila_ativa x where x.ctid = u.linha offset 0) as f
                where not u.livre and u.linha <> all (coalesce(ficam, '{}')))
          for update skip locked) as p;

    with linha as (
        select u.linha, f.id, f.numero_id, f.prioridade, f.agendar_para, f.ordem, pm.motivo,
            case when pm.id = any (v_pausas)
                and row_number() over (partition by pm.id order by f.prioridade desc, f.agendar_para, f.ordem) = 1
                then pm.id end as tenta,
            pm.id is not null as is_pausado
        from unnest(fila_claim_sift.linhas, fila_claim_sift.livres) as u (linha, livre)
        cross join lateral (select x.* from fila_ativa x where x.ctid = u.linha offset 0) as f
        left join pausas pm on not u.livre and pm.modelo_id = f.modelo_id
            and (pm.automatica or pm.ate is null or pm.ate > v_agora)
        where u.linha <> all (coalesce(ficam, '{}'))
    ), pode as (
        select l.*, row_number() over (partition by l.numero_id order by l.prioridade desc, l.agendar_para, l.ordem) as n
        from linha l
        where not l.is_pausado or l.tenta is not null
    ), balde as (
        select * from fila_degraded_bucket(array(select distinct p.numero_id from pode p), taxa_padrao) where is_degradado
    ), vai as (
        select p.*
        from pode p
        left join balde b on b.numero = p.numero_id
        where not is_degradado or p.n <= b.fichas
    ), tentada as (
        update pausas p
        set sonda_ate = fila_claim_sift.sonda_ate
        where p.id in (select v.tenta from vai v)
           or p.id in (
               select s.pausa
               from unnest(sonda_numeros, sonda_pausas) as s (numero, pausa)
               join vai v on v.numero_id = s.numero)
    ), paga as (
        update ritmo_degradado b
        set cheio_em = greatest(b.cheio_em, v_agora) + make_interval(secs => n.quantas / r.por_s)
        from (select v.numero_id, count(*) as quantas from vai v group by v.numero_id) as n
        join balde r on r.numero = n.numero_id
        where b.numero_id = n.numero_id
    )
    select ficam || array_agg(l.linha) filter (where v.linha is null),
        ids || array_agg(l.id) filter (where l.is_pausado and l.tenta is null),
        motivos || array_agg('modelo em pausa: ' || l.motivo) filter (where l.is_pausado and l.tenta is null),
        esperas || array_agg(interval '30 seconds') filter (where l.is_pausado and l.tenta is null),
        array_agg(l.linha) filter (where l.tenta is not null or l.numero_id = any (sonda_numeros))
    into ficam, ids, motivos, esperas, sondas
    from linha l
    left join vai v on v.linha = l.linha;
end
$$;
