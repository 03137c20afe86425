-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select x.id, x.estado, x.classe_corrigida, x.acao, x.motivo, x.resolvida_por
    from resposta_resolver(
        id     => ($1 ->> 'id')::bigint,
        classe => $1 ->> 'classe',
        por    => $1 ->> 'por') x
) as r
