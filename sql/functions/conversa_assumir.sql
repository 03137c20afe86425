-- conversa_assumir: a person (`por`) takes the conversation over: nothing automatic is sent in it until
-- conversa_devolver. Returns the row.
--
-- What waits in the queue is held at once, with its reason; fila_claim holds what comes later.
create or replace function conversa_assumir(id uuid, por text default null)
returns conversas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c conversas := conversa_lock(conversa_assumir.id);
begin
    update conversas k set controlada_por = 'humano' where k.id = c.id and k.controlada_por <> 'humano';
    if not found then
        return c;
    end if;
    c.controlada_por := 'humano';
    perform 1 from fila_ativa f where f.id = any (conversa_automaticas(c)) order by f.id for update;
    update fila_ativa f
    set espera_motivo = 'conversa com uma pessoa', agendar_para = greatest(f.agendar_para, agora() + interval '30 seconds')
    where f.id = any (conversa_automaticas(c)) and f.status = 'pendente';
    insert into auditoria (empresa_id, action, alvo, payload)
    values (c.empresa_id, 'conversa_assumida', c.id::text, jsonb_build_object('por', coalesce(conversa_assumir.por, session_user)));
    return c;
end
$$;
grant execute on function conversa_assumir(uuid, text) to carteiro_ops_escrita;
