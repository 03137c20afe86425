-- (jsonb) -> (linha json)
select json_build_object('guarda', feriado_facultativos(
    guarda  => sim_ler('guarda', $1 ->> 'guarda'),
    empresa => $1 ->> 'empresa')) as linha
