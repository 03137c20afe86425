-- regra_answered: this person wrote at `em`: what follow-ups of conversations and requests still had to
-- say is not said, and what they said last is marked answered. Returns how many were cancelled.
--
-- A reminder that was asked for (regra reminder) stays: an answer does not undo what it reminds of. The
-- caller has locked person and conversation.
create or replace function regra_answered(cliente_id uuid, conversa_id uuid, em timestamptz)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_abertos bigint[];
    v_sem_resposta bigint[];
begin
    select array_agg(d.id order by d.id) filter (where d.status in ('planejado', 'enfileirado')),
        array_agg(d.id order by d.id) filter (where d.status in ('enfileirado', 'enviado') and d.respondido_em is null)
    into v_abertos, v_sem_resposta
    from (
        select x.id, x.regra_id, x.status, x.respondido_em
        from disparos x
        where x.cliente_id = regra_answered.cliente_id
          and (x.status in ('planejado', 'enfileirado') or x.status = 'enviado' and x.respondido_em is null)
        offset 0) as d -- by person first, whatever the statistics say
    cross join lateral (select x.gatilho, x.nome from regras_followup x where x.id = d.regra_id offset 0) as r
    where r.gatilho in ('conversa', 'pedido')
      and r.nome <> 'reminder';
    if v_sem_resposta is not null then
        perform 1 from disparos d where d.id = any (v_sem_resposta || v_abertos) order by d.id for update;
        update disparos d set respondido_em = regra_answered.em where d.id = any (v_sem_resposta);
    end if;
    return disparos_cancel(v_abertos, 'respondeu');
end
$$;
