-- campanha_due: starts the scheduled campaigns whose time has come, and lets those go on that were
-- paused until now. Returns their ids.
--
-- One that another planner is starting is left to it. One that outlived its valido_ate before it
-- could start is cancelled, which auditoria keeps.
create or replace function campanha_due()
returns setof uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas;
begin
    for c in
        select k.*
        from campanhas k
        where k.status = 'agendada' and k.agendar_para <= agora()
        order by k.agendar_para, k.id
        for update skip locked
    loop
        if c.valido_ate <= agora() then
            perform campanha_cancelar(c.id);
        else
            perform campanha_iniciar(c.id);
            return next c.id;
        end if;
    end loop;
    for c in
        select k.*
        from campanhas k
        join faixas f on f.id = k.faixa_id
        where k.status = 'pausada' and f.pausada_ate <= agora()
        order by k.id
        for update of k skip locked
    loop
        perform campanha_retomar(c.id);
        return next c.id;
    end loop;
end
$$;
grant execute on function campanha_due() to carteiro_planner;
