-- (jsonb) -> (feito text)
select cliente_importar_encerrar($1)::text as feito
