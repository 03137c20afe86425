-- (jsonb) -> (linha json)
select to_json(r) as linha
from agenda_salvar(nome => $1 ->> 'nome', cron => $1 ->> 'cron', fuso => $1 ->> 'fuso', perdidas => $1 ->> 'perdidas',
    empresa => $1 ->> 'empresa', acao => $1 ->> 'acao') as r
