-- (text, text, text, text, text, text) -> (achado bool)
select modelo_sincronizar(waba => $1, nome => $2, idioma => $3, estado => $4, meta_id => $5,
    formato => $6) as achado
