-- agendamento_effects: tells appointments what became of these firings: when the message after the visit
-- went, and that none is to come. Called by disparos_tell, which holds the firings.
create or replace function agendamento_effects(disparos bigint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    perform 1
    from agendamentos x
    where x.id = any (array(select d.alvo_id from carteiro.disparos d where d.id = any (agendamento_effects.disparos)))
    order by x.id
    for update;
    update agendamentos a
    set followup_enviado_em = case when u.status = 'enviado' then u.encerrado_em else a.followup_enviado_em end,
        followup_proximo_em = null
    from (
        select distinct on (d.alvo_id) d.alvo_id, d.status, d.encerrado_em, d.ocorrencia
        from carteiro.disparos d
        cross join lateral (select x.nome from regras_followup x where x.id = d.regra_id offset 0) as r
        where d.id = any (agendamento_effects.disparos) and r.nome = 'pos_atendimento'
        order by d.alvo_id, d.status = 'enviado' desc, d.id desc
    ) as u
    where a.id = u.alvo_id
      and split_part(split_part(u.ocorrencia, '#', 2), '.', 1) = a.versao::text; -- of a time before it was moved: nothing
end
$$;
