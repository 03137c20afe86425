-- agenda_listar: all schedules; with a company (name or id) those that act for it, `da_empresa` null where
-- that is the one for all. `proxima_local` is by the clock of the row's zone.
create or replace function agenda_listar(empresa text default null)
returns table (nome text, da_empresa text, cron text, fuso text, acao text, perdidas text, ativa boolean, proxima_em timestamptz,
    proxima_local text, ultima_em timestamptz, duracao_ms integer, ultimo_resultado jsonb, ultimo_erro text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := case when agenda_listar.empresa is not null then empresa_resolver(agenda_listar.empresa) end;
begin
    return query
    select a.nome, e.nome, a.cron, a.fuso, a.acao, a.perdidas, a.ativa, a.proxima_em,
        to_char(a.proxima_em at time zone a.fuso, 'YYYY-MM-DD HH24:MI'), a.ultima_em, d.duracao_ms, a.ultimo_resultado, a.ultimo_erro
    from agendas a
    left join empresas e on e.id = a.empresa_id
    left join lateral (
        select k.duracao_ms
        from agenda_disparos k
        where k.agenda_id = a.id and k.duracao_ms is not null
        order by k.ocorrencia desc
        limit 1) as d on true
    where dona is null or a.id = (agenda_find(a.nome, dona)).id and (a.empresa_id is null or a.empresa_id = dona)
    order by a.nome, e.nome nulls first;
end
$$;
grant execute on function agenda_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
