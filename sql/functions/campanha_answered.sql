-- campanha_answered: this person answered this message at `em`: where it is a campaign's, its list keeps it, the first
-- time only, and the summary of dashboards counts it, in the hour of the message.
create or replace function campanha_answered(pessoa uuid, mensagem uuid, origem_id text, em timestamptz)
returns void
language sql security definer
set search_path = carteiro, pg_temp
as $$
    with ouvida as (
        update campanha_destinatarios d
        set respondeu_em = campanha_answered.em
        where d.campanha_id = campanha_da_origem(campanha_answered.origem_id)
          and d.cliente_id = pessoa
          and d.mensagem_id = campanha_answered.mensagem
          and d.respondeu_em is null
        returning d.campanha_id, d.mensagem_id
    )
    insert into resumo_acertos (hora, empresa_id, numero_id, campanha_id, origem, tipo, respostas)
    select date_bin('1 hour', f.encerrada_em, '2000-01-01 00:00:00+00'), f.empresa_id, f.numero_id, o.campanha_id, 'campanha', f.tipo, 1
    from ouvida o
    cross join lateral (
        select x.encerrada_em, x.empresa_id, x.numero_id, x.tipo
        from fila_mensagens x
        where x.id = o.mensagem_id
          and x.encerrada_em between agora() - interval '40 days' and agora() + interval '1 day'
        offset 0) as f
$$;
