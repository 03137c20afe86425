-- agenda_salvar: makes or changes a schedule: the company's own (name or id), which then takes the place of
-- the one for all companies there; without `empresa` that one itself. Returns its row.
--
-- Left out: as it is, or for a company's first row as that of all, in the company's zone. `perdidas`: what
-- becomes of runs missed while no planner ran: pular, ultima or todas. `acao` is what it does
-- (agenda_acoes), left out what it is called. A cron that never fires is refused. Raises 22023 naming
-- the argument.
create or replace function agenda_salvar(
    nome text,
    cron text default null,
    fuso text default null,
    perdidas text default null,
    ativa boolean default null,
    empresa text default null,
    acao text default null)
returns agendas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := case when agenda_salvar.empresa is not null then empresa_resolver(agenda_salvar.empresa) end;
    antes agendas; -- the row that it changes or begins from
    a agendas;
begin
    select k.* into antes
    from agendas k
    where k.nome = agenda_salvar.nome and (k.empresa_id is null or k.empresa_id = dona)
    order by k.empresa_id nulls last
    limit 1;
    a.nome := agenda_salvar.nome;
    a.acao := coalesce(agenda_salvar.acao, antes.acao, agenda_salvar.nome);
    a.cron := regexp_replace(btrim(coalesce(agenda_salvar.cron, antes.cron), E' \t\r\n'), '\s+', ' ', 'g');
    a.fuso := coalesce(agenda_salvar.fuso, case when antes.empresa_id is not distinct from dona then antes.fuso end,
        (select e.fuso from empresas e where e.id = dona), 'America/Sao_Paulo');
    a.perdidas := coalesce(agenda_salvar.perdidas, antes.perdidas, 'ultima');
    a.ativa := coalesce(agenda_salvar.ativa, antes.ativa, true);
    a.empresa_id := dona;
    perform agenda_exigir(a);

    a.proxima_em := case when a.ativa then cron_next(a.cron, a.fuso, agora()) end;
    insert into agendas as k (empresa_id, nome, cron, fuso, acao, perdidas, ativa, proxima_em)
    values (dona, a.nome, a.cron, a.fuso, a.acao, a.perdidas, a.ativa, a.proxima_em)
    on conflict on constraint agendas_unica do update
    set cron       = a.cron,
        fuso       = a.fuso,
        acao       = a.acao,
        perdidas   = a.perdidas,
        ativa      = a.ativa,
        -- what is due by the same hours is due still
        proxima_em = case when a.ativa and (k.cron, k.fuso) = (a.cron, a.fuso) then coalesce(k.proxima_em, a.proxima_em)
                         else a.proxima_em end,
        updated_at = agora()
    returning k.* into a;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (dona, 'agenda_salva', a.nome, jsonb_build_object('cron', a.cron, 'fuso', a.fuso, 'acao', a.acao,
        'perdidas', a.perdidas, 'ativa', a.ativa));
    notify carteiro_planner;
    return a;
end
$$;
grant execute on function agenda_salvar(text, text, text, text, boolean, text, text) to carteiro_ops_escrita;
