-- mensagem_attribute: which message of ours this one of a person's answers: the one it quotes (`resposta_a`), else the
-- last one that a campaign, a rule or an appointment sent on that number, not older than 7 days. No row: none.
--
-- Who quotes something else answers none of them. Read from the queue, not from what the effects say a second later.
create or replace function mensagem_attribute(m mensagens_recebidas, out id uuid, out origem text, out origem_id text)
returns setof record
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    select f.id, f.origem, f.origem_id
    from fila_mensagens f
    where f.cliente_id = m.cliente_id
      and f.encerrada_em >= m.recebida_em - case when m.resposta_a is null then interval '7 days' else interval '31 days' end
      and f.encerrada_em <= agora()
      and f.status = 'enviada'
      and f.enviada_em < m.recebida_em + interval '1 second' -- Meta tells whole seconds
      and f.numero_id = m.numero_id
      and case when m.resposta_a is null then f.origem in ('campanha', 'regra', 'agendamento') and f.tipo <> 'resposta'
          else f.wamid = m.resposta_a end
    order by f.encerrada_em desc
    limit 1;
end
$$;
