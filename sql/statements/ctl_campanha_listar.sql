-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select c.id, c.nome, c.tipo, c.status, c.total_destinatarios, c.envios_criados, c.agendar_para, c.iniciada_em,
        c.finalizada_em
    from campanhas c
    join empresas e on e.id = c.empresa_id
    where $1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text)
    order by c.created_at desc
    limit coalesce(($1 ->> 'limite')::integer, 50)
) as r
