-- (jsonb) -> (linha json)
select json_build_object('id', enfileirar(
    cliente_id   => ($1 ->> 'cliente_id')::uuid,
    conteudo     => $1 ->> 'conteudo',
    tipo         => $1 ->> 'tipo',
    agendar_para => instante_ler($1 ->> 'agendar_para', c.empresa_id::text, 'agendar_para'),
    prioridade   => ($1 ->> 'prioridade')::integer,
    modelo       => $1 ->> 'modelo',
    parametros   => (
        select array_agg(p.valor order by p.ordem)
        from jsonb_array_elements_text($1 -> 'parametros') with ordinality as p (valor, ordem)),
    metadata     => $1 -> 'metadata',
    garantia     => $1 ->> 'garantia',
    valido_ate   => instante_ler($1 ->> 'valido_ate', c.empresa_id::text, 'valido_ate'))) as linha
-- a wrong id is refused by enfileirar, which names it
from (select ($1 ->> 'cliente_id')::uuid as id) as alvo
left join clientes c on c.id = alvo.id
