-- fila_retomar: lifts the pause of a number, an account, a template, a company, or everything (all
-- left out), a person's or an automatic one, and wakes the senders. Returns whether there was one.
create or replace function fila_retomar(numero text default null, empresa text default null, conta text default null,
    modelo text default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    alvo record;
    lida pausas;
begin
    select * into alvo
    from fila_alvo(fila_retomar.numero, fila_retomar.empresa, fila_retomar.conta, fila_retomar.modelo);
    delete from pausas p
    where p.escopo = alvo.escopo
      and p.empresa_id is not distinct from alvo.empresa_id
      and p.conta_id is not distinct from alvo.conta_id
      and p.numero_id is not distinct from alvo.numero_id
      and p.modelo_id is not distinct from alvo.modelo_id
    returning p.* into lida;
    if lida.id is null then
        return false;
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (alvo.empresa_id, 'fila_retomar', alvo.nome,
        jsonb_build_object('motivo', lida.motivo, 'automatica', lida.automatica));
    perform fila_wake();
    return true;
end
$$;
grant execute on function fila_retomar(text, text, text, text) to carteiro_ops_escrita;
