-- (jsonb) -> (linha json)
select to_json(r) as linha
from dono_salvar(
    nome     => $1 ->> 'nome',
    telefone => $1 ->> 'telefone',
    tipos    => case when $1 -> 'tipos' = '["todos"]' then '{}'
        else (select array_agg(t) from jsonb_array_elements_text($1 -> 'tipos') as t) end,
    ativo    => sim_ler('ativo', $1 ->> 'ativo'),
    empresa  => $1 ->> 'empresa') as r
