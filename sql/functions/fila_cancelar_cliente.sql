-- fila_cancelar_cliente: cancels what waits for a person; with `so_marketing` only what needs
-- consent. Returns how many.
create or replace function fila_cancelar_cliente(cliente_id uuid, motivo text, so_marketing boolean default false)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    return fila_move(array(
        select f.id
        from fila_ativa f
        where f.cliente_id = fila_cancelar_cliente.cliente_id
          and f.status in ('pendente', 'incerta')
          and f.tipo <> 'resposta'
          and (not so_marketing
               or fila_proposito(f.tipo, f.origem, (
                   select x.proposito from faixas x where x.id = f.faixa and x.id <> 0)) = 'marketing')), 'cancelada', array[fila_cancelar_cliente.motivo]);
end
$$;
