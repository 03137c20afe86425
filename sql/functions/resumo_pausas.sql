-- resumo_pausas: what is paused now, counted: per company (null: everything is), scope and class of reason:
-- pessoa (somebody paused it), token (Meta refuses the token: 0, 190), limite (spam or policy: 131048, 368,
-- 131031, 131064), erros (a campaign of which too much failed), else what Meta stopped: conta, numero,
-- modelo. The lane of a campaign that was cancelled is no pause.
create or replace function resumo_pausas()
returns table (empresa_id uuid, escopo text, motivo text, quantas bigint)
language plpgsql stable
as $$
begin
    return query
    select coalesce(p.empresa_id, c.empresa_id, n.empresa_id, m.empresa_id), p.escopo,
        case when not p.automatica then 'pessoa'
            when p.codigo in (0, 190) then 'token'
            when p.codigo in (368, 131031, 131048, 131064) then 'limite'
            else p.escopo end,
        count(*)
    from carteiro.pausas p
    left join carteiro.contas c on c.id = p.conta_id
    left join carteiro.numeros n on n.id = p.numero_id
    left join carteiro.modelos m on m.id = p.modelo_id
    where p.automatica or p.ate is null or p.ate > carteiro.agora()
    group by 1, 2, 3
    union all
    -- the words of campanha_pause_errors
    select x.empresa_id, 'faixa', case when x.pausa_motivo ~ '^(erros de conteúdo|taxa de erro)' then 'erros' else 'pessoa' end,
        count(*)
    from carteiro.faixas x
    where x.pausada_em is not null
      and (x.pausada_ate is null or x.pausada_ate > carteiro.agora())
      and not exists (select 1 from carteiro.campanhas k where k.faixa_id = x.id and k.status in ('cancelada', 'concluida'))
    group by 1, 2, 3;
end
$$;
