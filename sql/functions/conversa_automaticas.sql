-- conversa_automaticas: the messages that wait for this conversation and that a person at it stops.
create or replace function conversa_automaticas(c conversas)
returns uuid[]
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    return array(
        select f.id
        from fila_ativa f
        where f.cliente_id is not null
          and f.cliente_id = c.cliente_id
          and f.status in ('pendente', 'incerta')
          and f.numero_id = c.numero_id
          and f.status = 'pendente'
          and f.tipo <> 'resposta' -- what answers them was decided before
          and f.origem in ('campanha', 'regra', 'agendamento'));
end
$$;
