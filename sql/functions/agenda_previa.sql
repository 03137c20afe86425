-- agenda_previa: the next n firings of a schedule (5 when left out), by its hours, also of one that is
-- switched off: the instant, what the clock of its zone shows then, and how far that is from UTC.
create or replace function agenda_previa(nome text, n integer default null, empresa text default null)
returns table (quando timestamptz, local text, deslocamento text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendas := agenda_find(agenda_previa.nome,
        case when agenda_previa.empresa is not null then empresa_resolver(agenda_previa.empresa) end);
    v_n constant integer := coalesce(agenda_previa.n, 5);
    v_fora interval;
begin
    if v_n not between 1 and 1000 then
        raise exception 'n: expected 1 to 1000, found %', v_n using errcode = '22023';
    end if;
    quando := agora();
    for i in 1 .. v_n loop
        quando := cron_next(a.cron, a.fuso, quando);
        exit when quando is null;
        local := to_char(quando at time zone a.fuso, 'YYYY-MM-DD HH24:MI');
        v_fora := (quando at time zone a.fuso) - (quando at time zone 'UTC');
        deslocamento := case when v_fora < '0' then '-' else '+' end || to_char(case when v_fora < '0' then -v_fora else v_fora end, 'HH24:MI');
        return next;
    end loop;
end
$$;
grant execute on function agenda_previa(text, integer, text) to carteiro_ops_leitura, carteiro_ops_escrita;
