-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select e.* from fila_explicar(id => ($1 ->> 'id')::uuid) e where $1 ->> 'campanha' is null
    union all
    select e.*
    from fila_explicar_destinatario(campanha => ($1 ->> 'campanha')::uuid, cliente => ($1 ->> 'id')::uuid) e
    where $1 ->> 'campanha' is not null
) as r
