-- resposta_aberta: what this person was asked and answers at `em` in this conversation: the question that is
-- quoted, else the one whose button (`botao`) was touched, else the one that was asked last and still holds. No row:
-- nothing is open.
--
-- A quoted message that asked nothing leaves nothing open: what is said is about that message. A question
-- holds 7 days, a reminder until two hours after its hour. What was asked about a time that has since
-- changed does not count, nor about a visit that is over (a reminder) or was answered (the one after it).
-- Reminders that share a message are one question about several appointments: `quantos`. The end is read from
-- the queue, not from what the effects say a second later.
create or replace function resposta_aberta(cliente_id uuid, conversa_id uuid, em timestamptz, citada text, botao text,
    out disparo_id bigint, out mensagem_id uuid, out agendamento_id uuid, out pergunta text, out quantos integer)
returns setof record
language plpgsql stable security definer -- its plan is kept: as SQL it was made anew for every message, 2.5 ms
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    select d.id, d.mensagem_id, a.id,
        case r.nome when 'pos_atendimento' then 'pos_servico' when 'falta' then 'falta' else 'lembrete' end,
        (select count(*)::integer from disparos x where x.mensagem_id = d.mensagem_id)
    from (
        select x.*
        from disparos x
        where x.cliente_id = resposta_aberta.cliente_id and x.status in ('enviado', 'enfileirado')
        offset 0) as d
    cross join lateral (
        select x.nome
        from regras_followup x
        where x.id = d.regra_id and x.nome in ('pos_atendimento', 'falta', 'lembrete_24h', 'lembrete_2h')
        offset 0) as r
    cross join lateral (
        select q.enviada_em, q.wamid, q.numero_id
        from fila_mensagens q
        where q.id = d.mensagem_id
          and q.encerrada_em between resposta_aberta.em - interval '31 days' and agora()
          and q.status = 'enviada'
        union all -- answered before our own answer is written down
        select coalesce(q.processando_desde, d.quando), q.wamid, q.numero_id
        from fila_ativa q
        where q.id = d.mensagem_id and q.status in ('processando', 'incerta')
        offset 0) as f
    cross join lateral (select x.* from agendamentos x where x.id = d.alvo_id offset 0) as a
    where f.numero_id = (select k.numero_id from conversas k where k.id = resposta_aberta.conversa_id)
      and f.enviada_em < resposta_aberta.em + interval '1 second' -- Meta tells whole seconds
      and (f.wamid = resposta_aberta.citada or resposta_aberta.citada is null)
      and split_part(split_part(d.ocorrencia, '#', 2), '.', 1) = a.versao::text
      and case
          when r.nome in ('pos_atendimento', 'falta') then f.enviada_em > resposta_aberta.em - interval '7 days'
              and (resposta_aberta.citada is not null or a.followup_resposta is null or r.nome = 'falta')
          else a.status in ('agendado', 'confirmado') and a.inicio > resposta_aberta.em - interval '2 hours'
      end
      and (coalesce(resposta_aberta.botao, '') not in ('followup_positive', 'followup_negative') or r.nome = 'pos_atendimento')
    order by f.enviada_em desc, a.inicio, d.id
    limit 1;
end
$$;
