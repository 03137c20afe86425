-- regra_ativar: the company's rule of this name fires (again). Returns its row.
create or replace function regra_ativar(nome text, empresa text default null)
returns regras_followup
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    r regras_followup := regra_get(regra_ativar.nome, empresa_resolver(regra_ativar.empresa));
begin
    if r.ativa then
        return r;
    end if;
    update regras_followup k set ativa = true, updated_at = agora() where k.id = r.id returning k.* into r;
    insert into auditoria (empresa_id, action, alvo) values (r.empresa_id, 'regra_ativada', r.nome);
    return r;
end
$$;
grant execute on function regra_ativar(text, text) to carteiro_ops_escrita;
