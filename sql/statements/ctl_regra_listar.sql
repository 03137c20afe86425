-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select l.nome, l.gatilho, l.etapa, l.ativa, l.atraso::text, l.max_envios, l.prioridade, l.versao, l.textos[1] as texto
    from regra_listar(empresa => $1 ->> 'empresa') l
) as r
