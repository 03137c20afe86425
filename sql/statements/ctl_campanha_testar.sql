-- (jsonb) -> (linha json)
select to_json(r) as linha
from campanha_testar(
    id      => ($1 ->> 'id')::uuid,
    numeros => (select array_agg(n) from jsonb_array_elements_text($1 -> 'numeros') as n)) as r
