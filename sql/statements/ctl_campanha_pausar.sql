-- (jsonb) -> (linha json)
select to_json(r) as linha
from campanha_pausar(
    id     => ($1 ->> 'id')::uuid,
    motivo => $1 ->> 'motivo',
    ate    => instante_ler($1 ->> 'ate', (select k.empresa_id::text from campanhas k where k.id = ($1 ->> 'id')::uuid), 'ate')) as r
