-- campanha_progresso: a campaign's live line: {status, preparados, na_fila, enviadas, entregues,
-- lidas, falhas, erros, canceladas, expiradas, excluidos, ritmo, eta_s}.
--
-- preparados are those on the list who get a message; ritmo is messages a second sent in the last
-- 10 s; eta_s the seconds that the rest takes at that pace, null while the list is not whole or
-- nothing moves.
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
begin
    select k.* into c from campanhas k where k.id = campanha_progresso.id;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_progresso.id::text, 'without an id')
            using errcode = '22023';
    end if;
    select count(*) filter (where d.status <> 'excluido') as preparados,
        count(*) filter (where d.status = 'na_fila') as na_fila,
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
    return jsonb_build_object(
        'status', c.status,
        'preparados', n.preparados,
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
        'eta_s', case
            when n.faltam = 0 and c.congelada_em is not null then 0
            when c.status = 'ativa' and c.congelada_em is not null and ritmo > 0 then ceil(n.faltam / ritmo) end);
end
$$;
grant execute on function campanha_progresso(uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
