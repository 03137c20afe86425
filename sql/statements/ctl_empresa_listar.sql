-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select nome, fuso, id, created_at
    from empresas
    order by nome
) as r
where $1 is not null
