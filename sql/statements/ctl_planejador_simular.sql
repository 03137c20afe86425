-- (jsonb) -> (linha json)
select to_json(r) as linha
from planejador_simular(
    ate     => instante_ler($1 ->> 'ate', coalesce($1 ->> 'empresa', (select e.id::text from empresas e order by e.created_at, e.id limit 1)), 'ate'),
    empresa => $1 ->> 'empresa') as r
