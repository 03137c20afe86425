-- agenda_exigir: refuses a schedule that cannot be. Raises 22023 naming the argument.
create or replace function agenda_exigir(agenda agendas)
returns void
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    if not coalesce(agenda.nome ~ '^[a-z][a-z0-9_]{0,62}$', false) then
        raise exception 'nome: expected a-z, 0-9 and _, a letter first, found "%"', coalesce(agenda.nome, '') using errcode = '22023';
    end if;
    if not agenda.acao = any (agenda_acoes()) then
        raise exception 'acao: expected %, found "%"', array_to_string(agenda_acoes(), ', '), agenda.acao using errcode = '22023';
    end if;
    if agenda.acao = 'campanhas' and agenda.empresa_id is not null then
        raise exception 'empresa: campanhas looks at those of all companies; leave it out' using errcode = '22023';
    end if;
    if agenda.perdidas not in ('pular', 'ultima', 'todas') then
        raise exception 'perdidas: expected pular, ultima or todas, found "%"', agenda.perdidas using errcode = '22023';
    end if;
    if not exists (select 1 from pg_timezone_names z where z.name = agenda.fuso) then
        raise exception 'fuso: expected an IANA zone such as America/Sao_Paulo, found "%"', agenda.fuso using errcode = '22023';
    end if;
    if cron_next(agenda.cron, agenda.fuso, agora()) is null then
        raise exception 'cron: "%" never fires: there is no such day', agenda.cron using errcode = '22023';
    end if;
end
$$;
