-- fila_retomar: lifts the pause of a number, a company, or everything (both left out) and wakes the
-- senders. Returns whether there was one.
create or replace function fila_retomar(numero text default null, empresa text default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    alvo record;
    havia boolean;
begin
    select * into alvo from fila_alvo(fila_retomar.numero, fila_retomar.empresa);
    delete from pausas p
    where p.escopo = alvo.escopo
      and p.empresa_id is not distinct from alvo.empresa_id
      and p.numero_id is not distinct from alvo.numero_id;
    havia := found;
    if havia then
        insert into auditoria (empresa_id, action, alvo) values (alvo.empresa_id, 'fila_retomar', alvo.nome);
        perform fila_wake();
    end if;
    return havia;
end
$$;
grant execute on function fila_retomar(text, text) to carteiro_ops_escrita;
