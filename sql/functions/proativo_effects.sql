-- proativo_effects: tells messages to owners what became of their firings: sent with its time, or
-- failed and why; a later word (late evidence, a failed delivery) takes the place of an earlier one.
-- Called by disparos_tell, in the transaction of the end.
create or replace function proativo_effects(ids bigint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    with fim as materialized (
        select d.alvo_id, d.status, d.mensagem_id, f.enviada_em,
            case when d.status <> 'enviado' then proativo_motivo(d.status, d.motivo,
                coalesce(f.espera_motivo, proativo_espera(f.numero_id))) end as erro
        from (
            select x.*
            from disparos x
            cross join lateral (select y.gatilho from regras_followup y where y.id = x.regra_id offset 0) as r
            where x.id = any (ids) and r.gatilho = 'proativa' and x.status not in ('planejado', 'enfileirado')) as d
        left join lateral (
            select q.enviada_em, q.espera_motivo, q.numero_id
            from fila_mensagens q
            where q.id = d.mensagem_id and q.encerrada_em = d.encerrado_em
            offset 0) as f on true
    )
    update mensagens_proativas m
    set status        = case when t.status = 'enviado' then 'sent' else 'failed' end,
        enviada_em    = case when t.status = 'enviado' then coalesce(t.enviada_em, m.enviada_em) end,
        erro_mensagem = t.erro,
        mensagem_id   = coalesce(t.mensagem_id, m.mensagem_id)
    from fim t
    where m.id = t.alvo_id;
end
$$;
