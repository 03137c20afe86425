-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select coalesce($1 ->> 'empresa', (select a.empresa_id::text from agendamentos a where a.id = ($1 ->> 'id')::uuid)) as dona
) as d
cross join lateral agendamento_salvar(
    cliente_id       => ($1 ->> 'cliente_id')::uuid,
    inicio           => instante_ler($1 ->> 'inicio', d.dona, 'inicio'),
    fim              => instante_ler($1 ->> 'fim', d.dona, 'fim'),
    duracao_min      => ($1 ->> 'duracao_min')::integer,
    servico          => $1 ->> 'servico',
    profissional     => $1 ->> 'profissional',
    valor            => ($1 ->> 'valor')::numeric,
    pet_id           => ($1 ->> 'pet_id')::uuid,
    externo_id       => $1 ->> 'externo_id',
    status           => $1 ->> 'status',
    permite_followup => sim_ler('permite_followup', $1 ->> 'permite_followup'),
    metadata         => $1 -> 'metadata',
    telefone         => $1 ->> 'telefone',
    nome             => $1 ->> 'nome',
    id               => ($1 ->> 'id')::uuid,
    pet_nome         => $1 ->> 'pet_nome',
    empresa          => $1 ->> 'empresa') as r
