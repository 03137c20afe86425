-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select m.id, e.nome as empresa, d.nome as dono, m.tipo, m.status, m.agendada_para, m.enviada_em, m.detalhes_em,
        m.erro_mensagem
    from mensagens_proativas m
    join empresas e on e.id = m.empresa_id
    left join donos d on d.id = m.dono_id
    where ($1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text))
      and ($1 ->> 'status' is null or m.status = $1 ->> 'status')
    order by m.created_at desc, m.id desc
    limit coalesce(($1 ->> 'limite')::integer, 50)
) as r
