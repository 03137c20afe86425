-- agenda_desativar: the schedule fires no more: for the company by a row of its own, made when there is
-- none; without `empresa` the one for all. Returns its row.
create or replace function agenda_desativar(nome text, empresa text default null)
returns agendas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform agenda_find(agenda_desativar.nome,
        case when agenda_desativar.empresa is not null then empresa_resolver(agenda_desativar.empresa) end);
    return agenda_salvar(agenda_desativar.nome, ativa => false, empresa => agenda_desativar.empresa);
end
$$;
grant execute on function agenda_desativar(text, text) to carteiro_ops_escrita;
