-- webhook_settle: statuses that name a claim whose row is still live, or was ended unsent: they
-- settle it, as the sender's own record would have. Returns how many.
create or replace function webhook_settle(eventos bigint[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_quantas integer;
    v_ids uuid[];
    v_seqs bigint[];
    v_desfechos text[];
    v_codigos integer[];
    v_wamids text[];
begin
    with dito as (
        select distinct on (left(w.chave, 36))
            left(w.chave, 36)::uuid as id, substr(w.chave, 38)::bigint as seq, w.wamid, w.codigo,
            case when w.status = 'failed' then 'recusada' else 'aceita' end as desfecho
        from webhook_eventos w
        where w.id = any (eventos)
          and w.chave ~ '^[0-9a-f-]{36}:[0-9]{1,18}$'
          and w.status in ('sent', 'delivered', 'read', 'played', 'failed')
        order by left(w.chave, 36), substr(w.chave, 38)::bigint desc, w.status = 'failed'
    )
    select count(*), array_agg(d.id), array_agg(d.seq), array_agg(d.desfecho), array_agg(d.codigo), array_agg(d.wamid)
    into v_quantas, v_ids, v_seqs, v_desfechos, v_codigos, v_wamids
    from dito d
    where exists (select 1 from fila_ativa f where f.id = d.id and f.reserva_seq = d.seq)
       or (d.desfecho = 'aceita' and exists (
              select 1 from fila_mensagens f
              where f.id = d.id and f.reserva_seq = d.seq and f.status <> 'enviada'
                and f.encerrada_em between v_agora - interval '8 days' and v_agora + interval '1 minute'));
    if v_quantas > 0 then
        perform fila_record('webhook', 0, v_ids, v_seqs, v_desfechos,
            array_fill(null::text, array[v_quantas]), v_codigos, array_fill(null::text, array[v_quantas]),
            v_wamids, array_fill(null::text, array[v_quantas]), array_fill(null::text, array[v_quantas]),
            array_fill(0::bigint, array[v_quantas]));
        insert into tentativas (mensagem_id, reserva_seq, desfecho, codigo, wamid, trabalhador, status_anterior)
        select s.id, s.seq, 'liquidada', s.codigo, s.wamid, 'webhook', 'incerta'
        from unnest(v_ids, v_seqs, v_desfechos, v_codigos, v_wamids) as s (id, seq, desfecho, codigo, wamid)
        where s.desfecho = 'aceita'
          and exists (select 1 from tentativas t where t.mensagem_id = s.id and t.reserva_seq = s.seq
                        and t.desfecho in ('desconhecida', 'sem_noticia'));
    end if;
    return v_quantas;
end
$$;
