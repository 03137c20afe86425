-- agenda_remover: the company's own schedule goes, and the one for all acts for it again; without
-- `empresa` one for all that somebody made. Returns the row that was. The built-in ones are switched off
-- instead (agenda_desativar): 22023.
create or replace function agenda_remover(nome text, empresa text default null)
returns agendas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := case when agenda_remover.empresa is not null then empresa_resolver(agenda_remover.empresa) end;
    a agendas;
begin
    if dona is null and exists (select 1 from agenda_padroes() p where p.nome = agenda_remover.nome) then
        raise exception 'nome: "%" is built in; switch it off with agenda_desativar', agenda_remover.nome using errcode = '22023';
    end if;
    -- first as the one for all, for whoever goes by that (agendamento_modo_changed)
    update agendas k
    set ativa = g.ativa, proxima_em = null
    from agendas g
    where k.nome = agenda_remover.nome and k.empresa_id = dona and g.nome = k.nome and g.empresa_id is null;
    delete from agendas k
    where k.nome = agenda_remover.nome and k.empresa_id is not distinct from dona
    returning k.* into a;
    if a.id is null then
        raise exception 'nome: there is no schedule called "%" %', agenda_remover.nome,
            case when dona is null then 'for all companies' else 'of that company''s own' end using errcode = '22023';
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (dona, 'agenda_removida', a.nome, jsonb_build_object('cron', a.cron, 'fuso', a.fuso, 'acao', a.acao));
    return a;
end
$$;
grant execute on function agenda_remover(text, text) to carteiro_ops_escrita;
