-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select l.id, l.nome, l.pergunta, l.motivo, l.texto, l.recebida_em, l.agendamento_id, l.conversa_id
    from resposta_listar(
        limite  => ($1 ->> 'limite')::integer,
        empresa => $1 ->> 'empresa') l
    order by l.id
) as r
