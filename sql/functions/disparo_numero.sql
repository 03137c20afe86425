-- disparo_numero: the number that writes to this person: that of their newest conversation, else the
-- company's default; null when it has neither.
create or replace function disparo_numero(empresa uuid, cliente_id uuid)
returns integer
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    return coalesce(
        (select n.id
         from conversas cv
         join numeros n on n.id = cv.numero_id
         where cv.cliente_id = disparo_numero.cliente_id
           and cv.status = 'ativa'
           and n.ativo
           and n.empresa_id = disparo_numero.empresa
         order by cv.ultima_interacao_em desc nulls last, n.id
         limit 1),
        (select n.id from numeros n where n.empresa_id = disparo_numero.empresa and n.padrao and n.ativo));
end
$$;
