-- campanha_relatorio: what became of a campaign so far: {campanha_id, nome, status,
-- total_destinatarios, excluidos {motivo: n}, envios {total, enviados, erros, pendentes,
-- cancelados, expirados, entregues, lidas, falhas, taxa_entrega}, respostas {total, taxa},
-- periodo {inicio, fim}, detalhes {top_respondedores, erros_comuns}}.
--
-- envios.total is the sum of enviados, erros, pendentes (not queued yet, waiting, being sent,
-- incerta), cancelados and expirados, and equals total_destinatarios; whoever was left out counts
-- in excluidos only. entregues, lidas and falhas are said of enviados; what was read was delivered.
-- Counted from the list, which is at most a second behind the queue.
create or replace function campanha_relatorio(id uuid)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    c campanhas;
    envios jsonb;
    excluidos jsonb;
    enviados bigint;
    respostas bigint;
begin
    select k.* into c from campanhas k where k.id = campanha_relatorio.id;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_relatorio.id::text, 'without an id')
            using errcode = '22023';
    end if;

    select jsonb_build_object(
               'total', n.total,
               'enviados', n.enviados,
               'erros', n.erros,
               'pendentes', n.pendentes,
               'cancelados', n.cancelados,
               'expirados', n.expirados,
               'entregues', n.entregues,
               'lidas', n.lidas,
               'falhas', n.falhas,
               'taxa_entrega', coalesce(round(n.enviados::numeric / nullif(n.total, 0), 4), 0)),
           n.enviados, n.respostas
    into envios, enviados, respostas
    from (
        select count(*) as total,
            count(*) filter (where d.status = 'enviada') as enviados,
            count(*) filter (where d.status = 'erro') as erros,
            count(*) filter (where d.status in ('pendente', 'na_fila')) as pendentes,
            count(*) filter (where d.status = 'cancelada') as cancelados,
            count(*) filter (where d.status = 'expirada') as expirados,
            count(*) filter (where d.entrega in ('entregue', 'lida')) as entregues,
            count(*) filter (where d.entrega = 'lida') as lidas,
            count(*) filter (where d.entrega = 'falhou') as falhas,
            count(d.respondeu_em) as respostas
        from campanha_destinatarios d
        where d.campanha_id = c.id and d.status <> 'excluido'
    ) as n;

    select coalesce(jsonb_object_agg(g.exclusao, g.n), '{}') into excluidos
    from (
        select d.exclusao, count(*) as n
        from campanha_destinatarios d
        where d.campanha_id = c.id and d.status = 'excluido'
        group by d.exclusao
    ) as g;

    return jsonb_build_object(
        'campanha_id', c.id,
        'nome', c.nome,
        'status', c.status,
        'total_destinatarios', c.total_destinatarios,
        'excluidos', excluidos,
        'envios', envios,
        'respostas', jsonb_build_object(
            'total', respostas,
            'taxa', coalesce(round(respostas::numeric / nullif(enviados, 0), 4), 0)),
        'periodo', jsonb_build_object('inicio', c.iniciada_em, 'fim', c.finalizada_em),
        'detalhes', campanha_detalhes(c));
end
$$;
grant execute on function campanha_relatorio(uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
