-- (jsonb) -> (linha json)
select to_json(r) as linha
from proativo_disparar(
    type            => $1 ->> 'type',
    data            => $1 -> 'data',
    "ownerNumberId" => $1 ->> 'ownerNumberId',
    empresa         => $1 ->> 'empresa') as r
