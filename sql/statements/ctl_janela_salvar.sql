-- (jsonb) -> (linha json)
select to_json(r) as linha
from janela_salvar(
    proposito   => $1 ->> 'proposito',
    dias        => $1 ->> 'dias',
    inicio      => $1 ->> 'inicio',
    fim         => $1 ->> 'fim',
    feriados    => sim_ler('feriados', $1 ->> 'feriados'),
    empresa     => $1 ->> 'empresa',
    acrescentar => ($1 ->> 'acrescentar')::boolean) as r
