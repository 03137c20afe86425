-- regra_desativar: the company's rule of this name does not fire any more; what of it is planned or
-- queued is cancelled. Returns its row.
create or replace function regra_desativar(nome text, empresa text default null)
returns regras_followup
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    r regras_followup := regra_get(regra_desativar.nome, empresa_resolver(regra_desativar.empresa));
begin
    if not r.ativa then
        return r;
    end if;
    update regras_followup k set ativa = false, updated_at = agora() where k.id = r.id returning k.* into r;
    perform disparos_cancel(array(
        select d.id from disparos d where d.regra_id = r.id and d.status in ('planejado', 'enfileirado')), 'regra desativada');
    insert into auditoria (empresa_id, action, alvo) values (r.empresa_id, 'regra_desativada', r.nome);
    return r;
end
$$;
grant execute on function regra_desativar(text, text) to carteiro_ops_escrita;
