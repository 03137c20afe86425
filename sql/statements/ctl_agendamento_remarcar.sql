-- (jsonb) -> (linha json)
select to_json(r) as linha
from (select ($1 ->> 'id')::uuid as id) as p
left join agendamentos a on a.id = p.id
cross join lateral agendamento_remarcar(
    id     => p.id,
    inicio => instante_ler($1 ->> 'inicio', a.empresa_id::text, 'inicio'),
    fim    => instante_ler($1 ->> 'fim', a.empresa_id::text, 'fim')) as r
