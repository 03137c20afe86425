-- (jsonb) -> (linha json)
select json_build_object('removidas', janela_remover(proposito => $1 ->> 'proposito', empresa => $1 ->> 'empresa')) as linha
