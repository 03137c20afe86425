-- fila_window_closed: Meta refused this message because the 24 h window of its person is closed
-- (131047), whatever we thought: it is, from now on. Returns whether ours was still open.
--
-- The next claim of the message then sends its template, or ends it fora_da_janela_sem_modelo. A
-- message that the person wrote after the claim opens the window again: that one is newer than what
-- Meta said, so it stays.
create or replace function fila_window_closed(mensagem uuid)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    update conversas c
    set janela_24h_ate = agora()
    from fila_ativa f
    where f.id = mensagem
      and c.cliente_id = f.cliente_id
      and c.numero_id = f.numero_id
      and c.status = 'ativa'
      and c.janela_24h_ate > agora()
      and c.janela_24h_ate <= coalesce(f.processando_desde, agora()) + interval '24 hours';
    return found;
end
$$;
grant execute on function fila_window_closed(uuid) to carteiro_sender;
