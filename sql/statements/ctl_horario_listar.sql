-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select h.id, (array['seg', 'ter', 'qua', 'qui', 'sex', 'sáb', 'dom'])[h.dia] as dia, h.inicio, h.fim, h.duracao_min, h.profissional
    from horario_listar(empresa => $1 ->> 'empresa') h
) as r
