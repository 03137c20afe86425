-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    -- empresa.fuso is for a company that is made, not for one that is there
    select case when not exists (select from empresas e where e.nome = btrim($1 ->> 'nome'))
        then $1 ->> 'fuso_padrao' end as fuso
) as n
cross join lateral empresa_salvar(nome => $1 ->> 'nome', fuso => coalesce($1 ->> 'fuso', n.fuso),
    marca_presenca => sim_ler('marca_presenca', $1 ->> 'marca_presenca')) as r
