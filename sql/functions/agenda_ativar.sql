-- agenda_ativar: the schedule fires (again): for the company by a row of its own, made when there is none;
-- without `empresa` the one for all. Runs of the time when it was off are not made up. Returns its row.
create or replace function agenda_ativar(nome text, empresa text default null)
returns agendas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform agenda_find(agenda_ativar.nome, case when agenda_ativar.empresa is not null then empresa_resolver(agenda_ativar.empresa) end);
    return agenda_salvar(agenda_ativar.nome, ativa => true, empresa => agenda_ativar.empresa);
end
$$;
grant execute on function agenda_ativar(text, text) to carteiro_ops_escrita;
