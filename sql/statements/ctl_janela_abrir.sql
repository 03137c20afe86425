-- (jsonb) -> (linha json)
select json_build_object('abertas', janela_abrir(proposito => $1 ->> 'proposito', empresa => $1 ->> 'empresa')) as linha
