-- webhook_zombies: of statuses that found no message, those that name an earlier claim of one: Meta
-- accepted that claim too, the person may have it twice. They change nothing; each claim is kept in
-- tentativas once (zumbi). Returns the events it explained.
create or replace function webhook_zombies(eventos bigint[], mensagens uuid[], seqs bigint[], wamids text[], graus smallint[])
returns bigint[]
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_desde constant timestamptz := agora() - interval '31 days';
    v_depois constant timestamptz := agora() + interval '1 day';
    v_ids uuid[];
    v_seqs bigint[];
    v_wamids text[];
    v_explicados bigint[];
begin
    select array_agg(d.id), array_agg(d.seq), array_agg(d.wamid), array_agg(d.evento)
    into v_ids, v_seqs, v_wamids, v_explicados
    from unnest(eventos, mensagens, seqs, wamids, graus) as d (evento, id, seq, wamid, grau)
    where d.id is not null
      and d.grau is not null
      and (exists (select 1 from fila_ativa f where f.id = d.id and f.reserva_seq > d.seq)
           or exists (
               select 1
               from fila_mensagens f
               where f.id = d.id and f.reserva_seq > d.seq and f.encerrada_em between v_desde and v_depois));
    if v_ids is null then
        return '{}';
    end if;
    insert into tentativas (em, mensagem_id, reserva_seq, desfecho, wamid, trabalhador)
    select distinct on (d.id, d.seq) agora(), d.id, d.seq, 'zumbi', d.wamid, 'webhook'
    from unnest(v_ids, v_seqs, v_wamids) as d (id, seq, wamid)
    where not exists (
        select 1
        from tentativas t
        where t.mensagem_id = d.id
          and t.em >= v_desde
          and t.reserva_seq = d.seq
          and t.desfecho in ('zumbi', 'liquidada')
          and t.wamid is not distinct from d.wamid)
    order by d.id, d.seq;
    return v_explicados;
end
$$;
