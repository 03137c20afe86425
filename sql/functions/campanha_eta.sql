-- campanha_eta: when the last of `faltam` messages of an active campaign leaves, of whom `na_fila` are queued
-- already; null when that is more than 400 days away or nothing would be sent.
--
-- Day by day in the company's zone: inside the send windows, at what its numbers send (a number without
-- rate: 72 a second) or at `ritmo` when that is known and slower, and no more than max_por_dia lets.
-- Other campaigns of these numbers show in ritmo alone.
create or replace function campanha_eta(c campanhas, faltam bigint, na_fila bigint, ritmo double precision)
returns timestamptz
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_fuso constant text := (select e.fuso from empresas e where e.id = c.empresa_id);
    v_hoje constant date := (v_agora at time zone v_fuso)::date;
    v_taxa double precision := (
        select sum(coalesce(n.taxa, 72)) from numeros n where n.id = any (campanha_numeros(c)));
    v_resto double precision := faltam;
    v_cota double precision;
    v_abre timestamptz;
    v_fecha timestamptz;
    w record;
begin
    if faltam = 0 then
        return v_agora;
    end if;
    if ritmo > 0 then
        v_taxa := least(v_taxa, ritmo);
    end if;
    for i in 0 .. 400 loop
        v_cota := case
            when c.max_por_dia is null then v_resto
            when i > 0 then c.max_por_dia
            else na_fila + greatest(c.max_por_dia - case when c.dia = v_hoje then c.envios_no_dia else 0 end, 0) end;
        for w in
            select d.inicio, d.fim
            from janela_do_dia(c.empresa_id, fila_proposito(c.tipo, 'campanha', (select f.proposito from faixas f where f.id = c.faixa_id)), v_hoje + i) d
            order by d.inicio
        loop
            v_abre := greatest((v_hoje + i + w.inicio) at time zone v_fuso, v_agora);
            v_fecha := (v_hoje + i + w.fim) at time zone v_fuso;
            continue when v_fecha <= v_abre;
            if v_resto <= least(v_cota, v_taxa * extract(epoch from v_fecha - v_abre)) then
                return v_abre + make_interval(secs => v_resto / v_taxa);
            end if;
            v_resto := v_resto - least(v_cota, v_taxa * extract(epoch from v_fecha - v_abre));
            v_cota := v_cota - least(v_cota, v_taxa * extract(epoch from v_fecha - v_abre));
        end loop;
    end loop;
    return null;
end
$$;
