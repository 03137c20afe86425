-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select l.id, c.nome, n.identificador as numero, l.controlada_por, l.etapa, l.ultima_direcao, l.ultima_interacao_em,
        l.janela_24h_ate, l.followups_enviados
    from conversa_listar(
        controlada_por => $1 ->> 'controlada_por',
        etapa          => $1 ->> 'etapa',
        limite         => ($1 ->> 'limite')::integer,
        empresa        => $1 ->> 'empresa') l
    join clientes c on c.id = l.cliente_id
    join numeros n on n.id = l.numero_id
    order by l.ultima_interacao_em desc nulls last, l.id
) as r
