-- agendamento_modo_changed: a schedule of reminders was switched on or off, or made: what is planned of the
-- companies it speaks for waits for the batch from now on, or goes at its own instant again.
--
-- What the next batch does not take (it is too near) keeps its own instant. What goes by its own instant again
-- and has missed it leaves now while half of the time is left, else it is pulado: nobody is reminded too late.
create or replace function agendamento_modo_changed()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_qual constant text := replace(new.nome, 'lembretes_', '');
    v_proxima constant timestamptz := coalesce(new.proxima_em,
        (select g.proxima_em from agendas g where g.nome = new.nome and g.empresa_id is null));
begin
    with planejado as materialized (
        select d.id, d.quando, a.inicio, r.atraso, agendamento_exato(d.empresa_id, v_qual) as exato,
            janela_antes(d.empresa_id, r.proposito, coalesce(c.fuso, e.fuso), a.inicio + r.atraso) as proprio,
            agendamento_lote_de(v_qual, v_proxima, e.fuso) as lote_de
        from disparos d
        join regras_followup r on r.id = d.regra_id and r.nome = 'lembrete_' || v_qual
        join agendamentos a on a.id = d.alvo_id
        join clientes c on c.id = d.cliente_id
        join empresas e on e.id = d.empresa_id
        where d.status = 'planejado' and (new.empresa_id is null or d.empresa_id = new.empresa_id)
        order by d.id
        for update of d
    ), visto as (
        select p.*, p.exato and p.quando = p.inicio
                and coalesce(p.proprio <= v_agora and p.inicio - v_agora < p.atraso / -2.0, p.proprio is null) as is_tarde
        from planejado p
    )
    update disparos d
    set quando = case
            when v.exato and v.quando = v.inicio and not v.is_tarde then greatest(v.proprio, v_agora)
            when not v.exato and v.inicio >= v.lote_de then v.inicio
            else d.quando end,
        status = case when v.is_tarde then 'pulado' else d.status end,
        motivo = case when v.is_tarde then 'tarde demais para este lembrete' else d.motivo end,
        encerrado_em = case when v.is_tarde then v_agora else d.encerrado_em end
    from visto v
    where d.id = v.id;
    return null;
end
$$;
create or replace trigger agendamento_modo_changed
    after insert or update of ativa on agendas
    for each row
    when (new.nome in ('lembretes_24h', 'lembretes_2h'))
    execute function agendamento_modo_changed();
