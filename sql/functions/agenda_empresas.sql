-- agenda_empresas: for whom a schedule acts: its company; one for all, those that have none of their
-- own by that name, switched off or not.
create or replace function agenda_empresas(agenda agendas)
returns setof empresas
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select e.*
    from empresas e
    where case when agenda.empresa_id is not null then e.id = agenda.empresa_id
        else not exists (select 1 from agendas o where o.nome = agenda.nome and o.empresa_id = e.id) end
    order by e.id
$$;
