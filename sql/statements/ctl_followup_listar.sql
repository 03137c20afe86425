-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select l.id, l.nome, l.followup_type, l.status, l.motivo, l.scheduled_for, l.message
    from followup_listar(
        user_id => $1 ->> 'user_id',
        status  => $1 ->> 'status',
        limite  => ($1 ->> 'limite')::integer,
        empresa => $1 ->> 'empresa') l
) as r
