-- campanha_answered: this person wrote at `em`: an answer to the campaign message whose wamid is quoted (`citada`),
-- else to the one that reached them last on that conversation's number, when that is not older than 7 days. Who
-- quotes another message answers no campaign. Kept on the list, the first time only.
--
-- The message is read from the queue, not from what the effects say a second later.
create or replace function campanha_answered(pessoa uuid, conversa uuid, em timestamptz, citada text default null)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_campanha uuid;
    v_mensagem uuid;
begin
    select campanha_da_origem(f.origem_id), f.id into v_campanha, v_mensagem
    from fila_mensagens f
    where f.cliente_id = pessoa
      and f.encerrada_em >= campanha_answered.em - case when citada is null then interval '7 days' else interval '31 days' end
      and (citada is null or f.wamid = citada)
      and f.encerrada_em <= agora()
      and f.origem = 'campanha'
      and f.status = 'enviada'
      and f.enviada_em < campanha_answered.em + interval '1 second' -- Meta tells whole seconds
      and f.numero_id = (select k.numero_id from conversas k where k.id = conversa)
    order by f.encerrada_em desc
    limit 1;
    update campanha_destinatarios d
    set respondeu_em = campanha_answered.em
    where d.campanha_id = v_campanha and d.cliente_id = pessoa and d.mensagem_id = v_mensagem and d.respondeu_em is null;
end
$$;
