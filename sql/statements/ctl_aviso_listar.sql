-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select a.id, a.em, a.tipo, a.alvo, a.texto
    from aviso_listar(empresa => $1 ->> 'empresa') a
    order by a.id
) as r
