-- campanha_pause_errors: pauses an active campaign of which too much fails, and says in pausa_motivo which
-- class and how much. Returns whether it did.
--
-- Three failures of class conteudo, and more than erro_limite of what ended: the text or the template is
-- wrong, all would fail. Any class, and all together: more than erro_limite of what ended, once
-- erro_minimo have. What failed before somebody let it go on (erro_desde) does not count again. Failures
-- are counted first: while they are few, or hardly more than at the last look, what waits need not be.
create or replace function campanha_pause_errors(id uuid)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    c campanhas;
    e record;
    v_falhas bigint;
    v_fim bigint;
    v_motivo text;
begin
    select k.* into c from campanhas k where k.id = campanha_pause_errors.id and k.status = 'ativa' and k.erro_limite is not null;
    if c.id is null then
        return false;
    end if;
    select g.classe, g.n, sum(g.n) over () as todas into e
    from (
        select x.classe, count(*) as n
        from campanha_erros x
        where x.campanha_id = c.id and (c.erro_desde is null or x.em > c.erro_desde)
        group by x.classe
    ) as g
    order by g.n desc, g.classe
    limit 1;
    if e.todas is null or e.todas < greatest(least(3, ceil(c.erro_limite * c.erro_minimo)), 1.1 * c.erro_vistos) then
        return false;
    end if;
    select greatest(c.envios_criados - c.erro_base - count(*), e.todas) into v_fim
    from fila_ativa f
    where f.origem_id = c.id::text and f.status in ('pendente', 'incerta');
    select count(*) into v_falhas
    from campanha_erros x
    where x.campanha_id = c.id and x.classe = 'conteudo' and (c.erro_desde is null or x.em > c.erro_desde);
    if v_falhas >= 3 and v_falhas > c.erro_limite * v_fim then
        v_motivo := format('erros de conteúdo (mensagem ou modelo): %s de %s falharam; todas falhariam', v_falhas, v_fim);
    elsif v_fim >= c.erro_minimo and e.todas > c.erro_limite * v_fim then
        v_motivo := format('taxa de erro: %s de %s (%s%%) falharam, acima do limite de %s%%; mais comum: %s (%s)', e.todas, v_fim,
            round(100.0 * e.todas / v_fim), round((100 * c.erro_limite)::numeric), campanha_erro_nome(e.classe), e.n);
    end if;
    perform 1 from campanhas k where k.id = c.id and k.status = 'ativa' for update skip locked;
    if not found then
        return false; -- another planner has it, and looks too
    end if;
    if v_motivo is null then
        update campanhas k set erro_vistos = e.todas where k.id = c.id;
        return false;
    end if;
    perform campanha_pausar(c.id, v_motivo);
    return true;
end
$$;
grant execute on function campanha_pause_errors(uuid) to carteiro_planner;
