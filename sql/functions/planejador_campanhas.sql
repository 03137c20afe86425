-- planejador_campanhas: what campaigns still have to queue until `ate`, day by day as max_por_dia lets them,
-- for planejador_simular: those scheduled, active, and paused until a time before that. Each day's part is
-- shown when its send window opens.
create or replace function planejador_campanhas(ate timestamptz, dona uuid)
returns table (quando timestamptz, nome text, empresa text, alvo uuid, quantos bigint, observacao text)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    c record;
    v_resto bigint;
    v_dia date;
    v_inicio timestamptz;
    v_feitos bigint;
begin
    for c in
        select k.*, e.nome as da_empresa, e.fuso, fila_proposito(k.tipo, 'campanha', f.proposito) as proposito,
            greatest(v_agora, case k.status when 'agendada' then k.agendar_para when 'pausada' then f.pausada_ate end) as desde
        from campanhas k
        join empresas e on e.id = k.empresa_id
        left join faixas f on f.id = k.faixa_id
        where (dona is null or k.empresa_id = dona)
          and (k.status = 'ativa' or k.status = 'agendada' and k.agendar_para <= planejador_campanhas.ate
               or k.status = 'pausada' and f.pausada_ate <= planejador_campanhas.ate)
          and k.enfileirada_em is null
        order by k.id
    loop
        if c.congelada_em is null then
            v_resto := (campanha_previa(c.id) ->> 'total')::bigint - c.envios_criados;
        else
            select count(*) into v_resto from campanha_destinatarios d where d.campanha_id = c.id and d.status = 'pendente';
        end if;
        nome := c.nome;
        empresa := c.da_empresa;
        alvo := c.id;
        v_dia := (c.desde at time zone c.fuso)::date;
        while v_resto > 0 loop
            v_inicio := greatest(c.desde, v_dia::timestamp at time zone c.fuso);
            exit when v_inicio > planejador_campanhas.ate;
            v_feitos := case when c.dia = v_dia then c.envios_no_dia else 0 end;
            quantos := case when c.max_por_dia is null then v_resto else least(v_resto, greatest(c.max_por_dia - v_feitos, 0)) end;
            quando := janela_proxima(c.empresa_id, c.proposito, null, v_inicio);
            if quantos > 0 and quando <= planejador_campanhas.ate and coalesce(quando < c.valido_ate, true) then
                observacao := concat_ws('; ', case c.status when 'agendada' then 'agendada' when 'pausada' then 'pausada até lá' end,
                    case when c.congelada_em is null then 'lista como está agora' end);
                return next;
            end if;
            v_resto := v_resto - quantos;
            v_dia := v_dia + 1;
        end loop;
    end loop;
end
$$;
