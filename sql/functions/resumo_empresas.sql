-- resumo_empresas: the truths of each company, or (`dona`) of one: name of the metric, company (null: of
-- everything), values of its other labels, value. What there is none of is said as 0, so that a gauge falls
-- and an alert ends. Of numbers the 200 oldest have a label of their own.
create or replace function resumo_empresas(dona uuid default null)
returns table (metrica text, empresa_id uuid, rotulos text[], valor double precision)
language plpgsql
set jit = off
as $$
declare
    v_agora constant timestamptz := carteiro.agora();
    v_contagem jsonb := (carteiro.resumo_contar()).linhas;
begin
    return query
    with alvo as materialized (
        select e.id from carteiro.empresas e where dona is null or e.id = dona
    ), linha as materialized (
        select l.*
        from jsonb_to_recordset(v_contagem)
            as l (empresa_id uuid, numero_id integer, estado text, mensagens bigint, desde timestamptz)
    ), total as materialized (
        select t.* from carteiro.resumos_totais t where dona is null or t.empresa_id = dona
    )
    select 'fila_mensagens', a.id, array[s.estado], coalesce(sum(l.mensagens), 0)::double precision
    from alvo a
    cross join unnest(array['pendente', 'vencida', 'pausada', 'fora_da_janela', 'processando', 'incerta']) as s (estado)
    left join linha l on l.empresa_id = a.id and l.estado = s.estado
    group by a.id, s.estado
    union all
    select 'vencida_mais_antiga', n.empresa_id, array[n.rotulo],
        greatest(coalesce(extract(epoch from v_agora - min(l.desde)), 0), 0)::double precision
    from (
        select x.id, x.empresa_id, x.ativo,
            case when dona is not null or row_number() over (order by x.id) <= 200 then x.id::text else 'outros' end as rotulo
        from carteiro.numeros x
        where dona is null or x.empresa_id = dona) as n
    left join linha l on l.numero_id = n.id and l.estado = 'vencida'
    where n.ativo or l.numero_id is not null
    group by n.empresa_id, n.rotulo
    union all
    select 'encerradas', a.id, array[s.status], coalesce(t.valor, 0)::double precision
    from alvo a
    cross join unnest(array['enviada', 'erro', 'cancelada', 'expirada']) as s (status)
    left join total t on t.empresa_id = a.id and t.nome = s.status
    union all
    select 'veneno', a.id, '{}', coalesce(t.valor, 0)::double precision
    from alvo a
    left join total t on t.empresa_id = a.id and t.nome = 'veneno'
    union all
    select 'ultimo_envio', t.empresa_id, '{}', extract(epoch from t.ultima_em)::double precision
    from total t
    where t.nome = 'enviada'
    union all
    select 'pausas', p.empresa_id, array[p.escopo, p.motivo], p.quantas::double precision
    from carteiro.resumo_pausas() p
    where dona is null or p.empresa_id is null or p.empresa_id = dona
    union all
    select 'modelos', m.empresa_id, array[m.situacao], count(*)::double precision
    from carteiro.modelos m
    where dona is null or m.empresa_id = dona
    group by m.empresa_id, m.situacao
    union all
    select c.nome, a.id, '{}', coalesce(k.valor, 0)::double precision
    from alvo a
    cross join unnest(array['followups_sent', 'followups_positive', 'followups_negative']) as c (nome)
    left join carteiro.contadores k on k.empresa_id = a.id and k.nome = c.nome;
end
$$;
