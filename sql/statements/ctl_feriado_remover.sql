-- (jsonb) -> (linha json)
select json_build_object('removido', feriado_remover(
    data    => data_ler('data', $1 ->> 'data'),
    empresa => $1 ->> 'empresa')) as linha
