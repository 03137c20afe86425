-- fila_ativa_apagada: a campaign's message that a person DELETEs is cancelled on its list, or the
-- campaign would wait for it for ever.
create or replace function fila_ativa_apagada()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    update campanha_destinatarios d
    set status       = 'cancelada',
        erro         = 'apagada por ' || session_user,
        encerrada_em = agora()
    where d.campanha_id = campanha_da_origem(old.origem_id)
      and d.cliente_id = old.cliente_id
      and d.mensagem_id = old.id
      and d.status = 'na_fila';
    return null;
end
$$;
create or replace trigger fila_ativa_apagada
    after delete on fila_ativa
    for each row
    when (current_user <> 'carteiro_owner' and old.origem = 'campanha')
    execute function fila_ativa_apagada();
