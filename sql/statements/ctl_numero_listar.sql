-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select n.id, e.nome as empresa, n.identificador, n.telefone, c.waba_id as conta, n.taxa, n.rajada, n.padrao, n.ativo
    from numeros n
    join empresas e on e.id = n.empresa_id
    join contas c on c.id = n.conta_id
    where $1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text)
    order by e.nome, n.id
) as r
