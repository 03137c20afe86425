-- disparos_apply_effects: tells firings what became of their messages; `em` and `ate` bound the messages'
-- encerrada_em, `fins[i]`: message i has just ended (else its delivery went on). Returns how many firings
-- changed.
--
-- A firing whose message was sent counts in its conversation (followups_enviados, ultimo_followup_em) and
-- is audited once, as followup_sent, when it is a follow-up. A first contact that was sent puts its
-- conversation at that stage. Called by efeitos_apply, which has locked people and conversations.
create or replace function disparos_apply_effects(mensagens uuid[], fins boolean[], em timestamptz, ate timestamptz)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
as $$
declare
    v_mensagens uuid[];
    v_contatos uuid[];
    v_mudados bigint[];
    v_enviados bigint[];
begin
    select array_agg(m.id) filter (where f.origem in ('regra', 'agendamento', 'proativa')),
        array_agg(f.conversa_id) filter (where m.is_fim and f.tipo = 'primeiro_contato' and f.status = 'enviada')
    into v_mensagens, v_contatos
    from unnest(mensagens, fins) as m (id, is_fim)
    cross join lateral (
        select x.origem, x.tipo, x.status, x.conversa_id
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between disparos_apply_effects.em and disparos_apply_effects.ate
          and (x.origem in ('regra', 'agendamento', 'proativa') or x.tipo = 'primeiro_contato')
        offset 0) as f;
    if v_contatos is not null then
        update conversas cv
        set etapa = 'primeiro_contato'
        where cv.id = any (array(select distinct c from unnest(v_contatos) c order by c))
          and cv.etapa is distinct from 'primeiro_contato';
    end if;
    if v_mensagens is null then
        return 0;
    end if;

    perform 1
    from disparos t
    where t.id = any (array(
        select d.id
        from unnest(v_mensagens) as u (id)
        cross join lateral (select x.id from disparos x where x.mensagem_id = u.id offset 0) as d))
    order by t.id
    for update;
    with antes as materialized (
        -- sent for the first time: a failed delivery, unlike late evidence, leaves the message's end as it was
        select d.id, f.fim, f.motivo, f.encerrada_em, f.fim = 'enviado' and (d.status not in ('enviado', 'erro')
            or d.status = 'erro' and d.encerrado_em is distinct from f.encerrada_em) as is_primeira
        from unnest(v_mensagens) as u (id)
        cross join lateral (
            select case when x.entrega = 'falhou' then 'erro'
                    else (case x.status when 'enviada' then 'enviado' when 'cancelada' then 'cancelado'
                        when 'expirada' then 'expirado' else 'erro' end) end as fim,
                case when x.status <> 'enviada' or x.entrega = 'falhou'
                    then coalesce(erro_descrever(x.erro_codigo), x.erro) end as motivo,
                x.encerrada_em
            from fila_mensagens x
            where x.id = u.id
              and x.encerrada_em between disparos_apply_effects.em and disparos_apply_effects.ate
            offset 0) as f
        cross join lateral (select x.id, x.status, x.encerrado_em from disparos x where x.mensagem_id = u.id offset 0) as d
    ), mudado as (
        update disparos d
        set status = a.fim, motivo = a.motivo, encerrado_em = a.encerrada_em
        from antes a
        where d.id = a.id
          and (d.status, d.motivo, d.encerrado_em) is distinct from (a.fim, a.motivo, a.encerrada_em)
        returning d.id, a.is_primeira
    )
    select array_agg(m.id), array_agg(m.id) filter (where m.is_primeira)
    into v_mudados, v_enviados
    from mudado m;
    if v_mudados is null then
        return 0;
    end if;
    if v_enviados is not null then
        perform disparos_count(v_enviados);
    end if;
    perform disparos_tell(v_mudados);
    return cardinality(v_mudados);
end
$$;
