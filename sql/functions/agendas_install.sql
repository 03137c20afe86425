-- agendas_install: makes the built-in schedules that are not there. Returns how many it made.
--
-- Repeatable: what is there stays as it is, changed or not. Called after every migration.
create or replace function agendas_install()
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_novas integer;
begin
    insert into agendas (nome, cron, acao, perdidas, ativa, proxima_em)
    select p.nome, p.cron, p.nome, p.perdidas, p.ativa, case when p.ativa then cron_next(p.cron, 'America/Sao_Paulo', agora()) end
    from agenda_padroes() p
    order by p.nome
    on conflict on constraint agendas_unica do nothing;
    get diagnostics v_novas = row_count;
    return v_novas;
end
$$;
