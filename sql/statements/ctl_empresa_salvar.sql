-- (jsonb) -> (linha json)
select to_json(r) as linha
from empresa_salvar(nome => $1 ->> 'nome', fuso => $1 ->> 'fuso',
    marca_presenca => sim_ler('marca_presenca', $1 ->> 'marca_presenca')) as r
