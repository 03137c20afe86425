-- campanha_progresso: a campaign's live line: {status, preparados, enfileirados, na_fila, enviadas, entregues,
-- lidas, falhas, erros, canceladas, expiradas, excluidos, ritmo, eta_s, termina_em}.
--
-- preparados are those on the list who get a message; enfileirados those of them queued so far; ritmo
-- is messages a second sent in the last 10 s; eta_s the seconds until the last one leaves, as
-- campanha_eta says, null while the list is not whole or the campaign is not active.
create or replace function campanha_progresso(id uuid)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    c campanhas;
    trecho constant timestamptz := agora() - interval '10 seconds';
    segundos double precision;
    n record;
    ritmo double precision;
    v_fim timestamptz;
begin
    select k.* into c from campanhas k where k.id = campanha_progresso.id;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_progresso.id::text, 'without an id')
            using errcode = '22023';
    end if;
    select count(*) filter (where d.status <> 'excluido') as preparados,
        count(*) filter (where d.status = 'na_fila') as na_fila,
        count(*) filter (where d.status <> 'excluido' and d.mensagem_id is not null) as enfileirados,
        count(*) filter (where d.status in ('pendente', 'na_fila')) as faltam,
        count(*) filter (where d.status = 'enviada') as enviadas,
        count(*) filter (where d.entrega in ('entregue', 'lida')) as entregues,
        count(*) filter (where d.entrega = 'lida') as lidas,
        count(*) filter (where d.entrega = 'falhou') as falhas,
        count(*) filter (where d.status = 'erro') as erros,
        count(*) filter (where d.status = 'cancelada') as canceladas,
        count(*) filter (where d.status = 'expirada') as expiradas,
        count(*) filter (where d.status = 'excluido') as excluidos,
        count(*) filter (where d.status = 'enviada' and d.encerrada_em > trecho) as recentes
    into n
    from campanha_destinatarios d
    where d.campanha_id = c.id;

    -- a campaign younger than 10 s is measured over its age
    segundos := extract(epoch from agora() - greatest(trecho, c.iniciada_em));
    ritmo := n.recentes / greatest(segundos, 1);
    if c.status = 'ativa' and c.congelada_em is not null then
        v_fim := campanha_eta(c, n.faltam, n.na_fila, ritmo);
    end if;
    return jsonb_build_object(
        'status', c.status,
        'preparados', n.preparados,
        'enfileirados', n.enfileirados,
        'na_fila', n.na_fila,
        'enviadas', n.enviadas,
        'entregues', n.entregues,
        'lidas', n.lidas,
        'falhas', n.falhas,
        'erros', n.erros,
        'canceladas', n.canceladas,
        'expiradas', n.expiradas,
        'excluidos', n.excluidos,
        'ritmo', round(ritmo::numeric, 1),
        'eta_s', case when n.faltam = 0 and c.congelada_em is not null then 0
            else ceil(extract(epoch from v_fim - agora())) end,
        'termina_em', v_fim);
end
$$;
grant execute on function campanha_progresso(uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
