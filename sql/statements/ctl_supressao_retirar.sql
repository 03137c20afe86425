-- (jsonb) -> (linha json)
select json_build_object('clientes', supressao_retirar(
    telefone => $1 ->> 'telefone',
    motivo   => $1 ->> 'motivo',
    empresa  => $1 ->> 'empresa')) as linha
