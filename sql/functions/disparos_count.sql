-- disparos_count: these firings were sent for the first time: those that are follow-ups count in their
-- conversations and are audited; those after a visit count in contadores.
create or replace function disparos_count(ids bigint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    with feito as (
        select f.conversa_id, count(distinct f.id) as quantos, max(f.enviada_em) as ultimo
        from unnest(ids) as u (id)
        join disparos d on d.id = u.id
        join regras_followup r on r.id = d.regra_id
        join fila_mensagens f on f.id = d.mensagem_id and f.encerrada_em = d.encerrado_em
        where r.tipo = 'followup' and f.conversa_id is not null
        group by f.conversa_id
    )
    update conversas cv
    set followups_enviados = cv.followups_enviados + t.quantos,
        ultimo_followup_em = greatest(cv.ultimo_followup_em, t.ultimo)
    from feito t
    where cv.id = t.conversa_id;

    insert into auditoria (empresa_id, por, action, alvo, payload)
    select d.empresa_id, 'planner', 'followup_sent', d.alvo_id::text,
        jsonb_build_object('regra', r.nome, 'disparo_id', d.id, 'mensagem_id', d.mensagem_id, 'cliente_id', d.cliente_id,
            'passo', d.passo)
    from unnest(ids) as u (id)
    join disparos d on d.id = u.id
    join regras_followup r on r.id = d.regra_id
    where r.tipo = 'followup';

    perform contador_somar(v.empresa_id, 'followups_sent', v.quantos)
    from (select d.empresa_id, count(*) as quantos
          from unnest(ids) as u (id)
          join disparos d on d.id = u.id
          join regras_followup r on r.id = d.regra_id and r.nome = 'pos_atendimento'
          group by d.empresa_id
          order by d.empresa_id) as v;
end
$$;
