-- (jsonb) -> (linha json)
select to_json(r) as linha
from campanha_criar(
    nome                  => $1 ->> 'nome',
    tipo                  => $1 ->> 'tipo',
    mensagem_template     => $1 ->> 'mensagem_template',
    filtro_especialidades => (select array_agg(f) from jsonb_array_elements_text($1 -> 'filtro_especialidades') as f),
    filtro_regioes        => (select array_agg(f) from jsonb_array_elements_text($1 -> 'filtro_regioes') as f),
    filtro_tags           => (select array_agg(f) from jsonb_array_elements_text($1 -> 'filtro_tags') as f),
    agendar_para          => instante_ler($1 ->> 'agendar_para', $1 ->> 'empresa', 'agendar_para'),
    -- left out is 50 a day, null is none: the two must stay apart
    max_por_dia           => case when $1 ? 'max_por_dia' then ($1 ->> 'max_por_dia')::integer else 50 end,
    modelo                => $1 ->> 'modelo',
    metadata              => $1 -> 'metadata',
    numero                => $1 ->> 'numero',
    valido_ate            => instante_ler($1 ->> 'valido_ate', $1 ->> 'empresa', 'valido_ate'),
    empresa               => $1 ->> 'empresa',
    segmento              => $1 ->> 'segmento',
    criterios             => $1 -> 'criterios',
    erro_limite           => case when $1 ? 'erro_limite' then ($1 ->> 'erro_limite')::double precision else 0.10 end) as r
