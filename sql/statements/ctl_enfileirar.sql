-- (jsonb) -> (linha json)
select json_build_object('id', enfileirar(
    cliente_id   => ($1 ->> 'cliente_id')::uuid,
    conteudo     => $1 ->> 'conteudo',
    tipo         => coalesce($1 ->> 'tipo', 'resposta'),
    agendar_para => ($1 ->> 'agendar_para')::timestamptz,
    prioridade   => ($1 ->> 'prioridade')::integer,
    modelo       => $1 ->> 'modelo',
    parametros   => $1 -> 'parametros',
    metadata     => $1 -> 'metadata',
    garantia     => $1 ->> 'garantia',
    valido_ate   => ($1 ->> 'valido_ate')::timestamptz)) as linha
