-- conversa_devolver: the conversation goes back to the AI; what was held goes on at once. Returns the row.
create or replace function conversa_devolver(id uuid)
returns conversas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c conversas := conversa_lock(conversa_devolver.id);
begin
    update conversas k set controlada_por = 'ai' where k.id = c.id and k.controlada_por <> 'ai';
    if not found then
        return c;
    end if;
    c.controlada_por := 'ai';
    perform 1 from fila_ativa f where f.id = any (conversa_automaticas(c)) order by f.id for update;
    update fila_ativa f
    set espera_motivo = null, agendar_para = least(f.agendar_para, agora())
    where f.id = any (conversa_automaticas(c))
      and f.status = 'pendente'
      and f.espera_motivo = 'conversa com uma pessoa';
    if found then
        perform fila_wake();
    end if;
    insert into auditoria (empresa_id, action, alvo) values (c.empresa_id, 'conversa_devolvida', c.id::text);
    return c;
end
$$;
grant execute on function conversa_devolver(uuid) to carteiro_ops_escrita;
