-- campanha_freeze: writes the next n people of an active campaign's company, by client id, onto its
-- list: those whom the filters take, each with the reason if left out. Returns how many it looked
-- at: 0 when the list is whole, null when another planner has the campaign.
--
-- n counts people looked at, not taken: a filter that takes one in a thousand does not make one
-- call walk a thousand times as far. Cursor and rows are one transaction under the campaign's row
-- lock, so a call that dies leaves nothing and two planners never write the same stretch.
create or replace function campanha_freeze(id uuid, n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set jit = off
as $$
declare
    instante constant timestamptz := agora();  -- once: inlined it would be asked for every person
    c campanhas;
    t record;
    f segmento_filtro;
    v_numeros integer[];
    apos uuid;
    vistos uuid[];
    quantos integer;
    entraram integer := 0;
begin
    if campanha_freeze.n is null or campanha_freeze.n < 1 then
        raise exception 'n: expected 1 or more, found %', campanha_freeze.n using errcode = '22023';
    end if;
    select k.* into c from campanhas k where k.id = campanha_freeze.id for update skip locked;
    if c.id is null then
        return null;
    end if;
    if c.status <> 'ativa' or c.congelada_em is not null then
        return 0;
    end if;

    apos := coalesce(c.congelada_ate, '00000000-0000-0000-0000-000000000000');
    vistos := array(
        select cl.id
        from clientes cl
        where cl.empresa_id = c.empresa_id and cl.id > apos
          and cl.telefone is distinct from '' -- clientes_segmento, which is there for this
        order by cl.id
        limit campanha_freeze.n);
    quantos := cardinality(vistos);
    if quantos > 0 then
        t := campanha_textos(c);
        f := segmento_compile(c.criterios, c.iniciada_em);
        v_numeros := campanha_numeros(c);
        with novos as (
            insert into campanha_destinatarios as d (campanha_id, cliente_id, exclusao, status)
            select c.id, s.cliente_id, s.exclusao, case when s.exclusao is null then 'pendente' else 'excluido' end
            from (select x.cliente_id, x.exclusao
                  from campanha_segmento(c, f, v_numeros, t.chaves, t.chaves_modelo, instante, vistos) x
                  offset 0) s -- exclusao is read twice
            returning d.exclusao
        )
        select count(*) filter (where v.exclusao is null) into entraram from novos v;
    end if;

    update campanhas k
    set congelada_ate       = coalesce(vistos[quantos], k.congelada_ate),
        congelada_em        = case when quantos < campanha_freeze.n then instante end,
        total_destinatarios = k.total_destinatarios + entraram
    where k.id = c.id;
    return quantos;
end
$$;
grant execute on function campanha_freeze(uuid, integer) to carteiro_planner;
