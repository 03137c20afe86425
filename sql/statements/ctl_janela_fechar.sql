-- (jsonb) -> (linha json)
select json_build_object('janelas', janela_fechar(
    proposito => $1 ->> 'proposito',
    dias      => $1 ->> 'dias',
    empresa   => $1 ->> 'empresa')) as linha
