-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select l.id, l.inicio, l.fim, c.nome, l.servico, l.profissional, l.status, l.permite_followup, l.followup_proximo_em,
        l.externo_id
    from agendamento_listar(
        de      => instante_ler($1 ->> 'de', $1 ->> 'empresa', 'de'),
        ate     => instante_ler($1 ->> 'ate', $1 ->> 'empresa', 'ate'),
        status  => $1 ->> 'status',
        limite  => ($1 ->> 'limite')::integer,
        empresa => $1 ->> 'empresa') l
    join clientes c on c.id = l.cliente_id
    order by l.inicio, l.id
) as r
