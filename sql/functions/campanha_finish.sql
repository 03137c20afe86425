-- campanha_finish: an active campaign whose list is whole, queued and ended, person by person, is
-- concluida. Returns whether it is now.
--
-- The queue is asked first: while a row waits there the long list need not be read.
create or replace function campanha_finish(id uuid)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas;
begin
    if exists (
            select 1
            from fila_ativa f
            where f.origem_id = campanha_finish.id::text and f.status in ('pendente', 'incerta')) then
        return false;
    end if;
    if exists (
            select 1
            from campanha_destinatarios d
            where d.campanha_id = campanha_finish.id and d.status in ('pendente', 'na_fila')) then
        return false;
    end if;
    select k.* into c
    from campanhas k
    where k.id = campanha_finish.id and k.status = 'ativa' and k.enfileirada_em is not null
    for update skip locked;
    if c.id is null then
        return false;
    end if;
    update campanhas k set status = 'concluida', finalizada_em = agora() where k.id = c.id returning k.* into c;
    perform campanha_audit(c, 'campanha_concluida');
    return true;
end
$$;
grant execute on function campanha_finish(uuid) to carteiro_planner;
