-- webhook_pause: what a `failed` status of now says of the number, account or template: the automatic
-- pause that the same code would have made as an answer (fila_pause_auto).
--
-- Only statuses that name our message, happened in the last ten minutes and are no stragglers of an
-- outage long over: Meta repeats webhooks for days. One for each code and message's number is enough.
create or replace function webhook_pause(eventos bigint[], de timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_pause_auto(f.mensagem_id, f.escopo, f.codigo, null)
    from (
        select distinct on (w.phone_number_id, w.codigo, case when e.escopo = 'modelo' then w.chave end)
            webhook_chave_mensagem(w.chave) as mensagem_id, e.escopo, w.codigo
        from webhook_eventos w
        cross join lateral (select webhook_escopo(w.codigo) as escopo offset 0) as e
        where w.id = any (eventos)
          and w.recebido_em between webhook_pause.de and webhook_pause.ate
          and w.status = 'failed'
          and e.escopo is not null
          and coalesce(w.ocorrido_em, w.recebido_em) > agora() - interval '10 minutes'
          and webhook_chave_mensagem(w.chave) is not null
        order by w.phone_number_id, w.codigo, case when e.escopo = 'modelo' then w.chave end, w.id
    ) as f
    order by f.mensagem_id;
end
$$;
