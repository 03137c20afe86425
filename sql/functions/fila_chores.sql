-- fila_chores: which of the planner's chores have something to do now, by their names in its table.
--
-- One cheap look instead of five statements that find nothing: each is one probe of an index. It may
-- name a chore that then finds nothing (what waits is locked by another planner); it never leaves
-- one out.
create or replace function fila_chores()
returns setof text
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
begin
    if exists (select 1 from efeitos) then
        return next 'efeitos';
    end if;
    if exists (
            select 1
            from campanhas k
            left join faixas f on f.id = k.faixa_id
            where k.status in ('agendada', 'pausada')
              and (k.status = 'agendada' and k.agendar_para <= v_agora or k.status = 'pausada' and f.pausada_ate <= v_agora)) then
        return next 'campanhas_agendadas';
    end if;
    -- as campanha_advance chooses them; what is wholly queued waits to end
    if exists (
            select 1
            from campanhas k
            join empresas e on e.id = k.empresa_id
            where k.status = 'ativa'
              and (k.enfileirada_em is not null
                   or k.congelada_em is null
                   or k.max_por_dia is null
                   or k.dia is distinct from (v_agora at time zone e.fuso)::date
                   or k.envios_no_dia < k.max_por_dia)) then
        return next 'campanhas';
    end if;
    if exists (select 1 from campanhas k where k.status = 'cancelada' and k.limpa_em is null) then
        return next 'canceladas';
    end if;
    if exists (select 1 from disparos d where d.status = 'planejado' and d.quando <= v_agora) then
        return next 'disparos';
    end if;
    if exists (select 1 from respostas p where p.estado = 'juntando' and p.aplicar_em <= v_agora) then
        return next 'respostas';
    end if;
    if exists (select 1 from agendas a where a.proxima_em <= v_agora) then
        return next 'agendas';
    end if;
    if exists (
            select 1
            from fila_ativa f
            where f.valido_ate <= v_agora and f.status not in ('processando', 'incerta')) then
        return next 'expiradas';
    end if;
end
$$;
grant execute on function fila_chores() to carteiro_planner;
