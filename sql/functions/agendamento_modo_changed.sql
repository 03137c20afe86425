-- agendamento_modo_changed: a schedule of reminders was switched on or off, or made: what is planned of the
-- companies it speaks for waits for the batch from now on, or goes at its own instant again.
create or replace function agendamento_modo_changed()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_qual constant text := replace(new.nome, 'lembretes_', '');
begin
    update disparos d
    set quando = case when agendamento_exato(d.empresa_id, v_qual)
            then least(greatest(janela_antes(d.empresa_id, r.proposito, coalesce(c.fuso, e.fuso), a.inicio + r.atraso), agora()), a.inicio)
            else a.inicio end
    from regras_followup r, agendamentos a, clientes c, empresas e
    where r.id = d.regra_id
      and r.nome = 'lembrete_' || v_qual
      and d.status = 'planejado'
      and a.id = d.alvo_id
      and c.id = d.cliente_id
      and e.id = d.empresa_id
      and (new.empresa_id is null or d.empresa_id = new.empresa_id);
    return null;
end
$$;
create or replace trigger agendamento_modo_changed
    after insert or update of ativa on agendas
    for each row
    when (new.nome in ('lembretes_24h', 'lembretes_2h'))
    execute function agendamento_modo_changed();
