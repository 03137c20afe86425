-- (jsonb) -> (linha json)
select to_json(campanha_editar(
    id                    => ($1 ->> 'id')::uuid,
    nome                  => $1 ->> 'nome',
    mensagem_template     => $1 ->> 'mensagem_template',
    modelo                => $1 ->> 'modelo',
    metadata              => $1 -> 'metadata',
    -- null (nenhum) is no limit, which the function takes as 0
    max_por_dia           => case when $1 ? 'max_por_dia' then coalesce(($1 ->> 'max_por_dia')::integer, 0) end,
    agendar_para          => instante_ler($1 ->> 'agendar_para', (select k.empresa_id::text from campanhas k where k.id = ($1 ->> 'id')::uuid), 'agendar_para'),
    valido_ate            => instante_ler($1 ->> 'valido_ate', (select k.empresa_id::text from campanhas k where k.id = ($1 ->> 'id')::uuid), 'valido_ate'),
    segmento              => $1 ->> 'segmento',
    criterios             => $1 -> 'criterios',
    filtro_especialidades => (select array_agg(f) from jsonb_array_elements_text($1 -> 'filtro_especialidades') as f),
    filtro_regioes        => (select array_agg(f) from jsonb_array_elements_text($1 -> 'filtro_regioes') as f),
    filtro_tags           => (select array_agg(f) from jsonb_array_elements_text($1 -> 'filtro_tags') as f),
    erro_limite           => ($1 ->> 'erro_limite')::double precision)) as linha
