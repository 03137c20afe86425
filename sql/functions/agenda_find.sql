-- agenda_find: the schedule of this name that acts for the company: its own, else the one for all
-- (company null: that one). Raises 22023 that names `nome` when there is none.
create or replace function agenda_find(nome text, empresa uuid)
returns agendas
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendas;
begin
    select k.* into a
    from agendas k
    where k.nome = agenda_find.nome and (k.empresa_id is null or k.empresa_id = agenda_find.empresa)
    order by k.empresa_id nulls last
    limit 1;
    if a.id is null then
        raise exception 'nome: there is no schedule called "%"%', agenda_find.nome,
            case when agenda_find.empresa is null and exists (select 1 from agendas k where k.nome = agenda_find.nome)
                then ' for all companies; say which (empresa)' else '' end
            using errcode = '22023';
    end if;
    return a;
end
$$;
