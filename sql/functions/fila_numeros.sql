-- fila_numeros: what a sender must know of each number: where to send and with which token file.
-- The token itself never comes here; the rate comes with the lanes.
create or replace function fila_numeros()
returns table (id integer, identificador text, portfolio_id bigint, token_arquivo text, conta_id bigint,
    alcance_limite integer)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return query
    select n.id, n.identificador, c.portfolio_id, c.token_arquivo, c.id, p.alcance_limite
    from numeros n
    join contas c on c.id = n.conta_id
    join portfolios p on p.id = c.portfolio_id
    where n.ativo;
end
$$;
grant execute on function fila_numeros() to carteiro_sender;
