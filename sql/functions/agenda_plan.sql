-- agenda_plan: what a due schedule does now: `vez`, the occurrence to run (null: none), `proxima`, what comes
-- after it, and `puladas_ate`, the last of those passed over (null: none is).
--
-- An occurrence is missed when it is more than five minutes late; later ones run one by one. Of missed
-- ones todas runs each, ultima the last that is due, pular none. One that was begun goes on first.
create or replace function agenda_plan(agenda agendas, out vez timestamptz, out proxima timestamptz, out puladas_ate timestamptz)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_limite constant timestamptz := v_agora - interval '5 minutes';
    v_grao constant interval := interval '1 microsecond'; -- before and after an instant itself
begin
    vez := agenda.proxima_em;
    if exists (
            select 1
            from agenda_disparos d
            where d.agenda_id = agenda.id and d.ocorrencia = vez and d.empresas_ate is not null) then
        null;
    elsif vez < v_limite and agenda.perdidas = 'ultima' then
        vez := coalesce(cron_last(agenda.cron, agenda.fuso, vez, v_agora), vez);
        puladas_ate := cron_last(agenda.cron, agenda.fuso, agenda.proxima_em - v_grao, vez - v_grao);
    elsif vez < v_limite and agenda.perdidas = 'pular' then
        vez := cron_next(agenda.cron, agenda.fuso, v_limite - v_grao);
        puladas_ate := coalesce(cron_last(agenda.cron, agenda.fuso, agenda.proxima_em - v_grao, v_limite - v_grao), agenda.proxima_em);
    end if;
    proxima := vez;
    if vez <= v_agora then
        proxima := cron_next(agenda.cron, agenda.fuso, vez);
    else
        vez := null;
    end if;
end
$$;
