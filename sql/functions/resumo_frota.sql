-- resumo_frota: the truths that are of no company: name of the metric, values of its labels, value.
create or replace function resumo_frota()
returns table (metrica text, rotulos text[], valor double precision)
language plpgsql
set jit = off
as $$
declare
    v_agora constant timestamptz := carteiro.agora();
begin
    return query
    with atraso (tarefa, desde) as (
        values ('agendas', (select min(a.proxima_em) from carteiro.agendas a where a.proxima_em <= v_agora)),
            ('disparos', (select min(d.quando) from carteiro.disparos d where d.status = 'planejado' and d.quando <= v_agora)),
            ('campanhas_agendadas', (
                select min(k.agendar_para) from carteiro.campanhas k where k.status = 'agendada' and k.agendar_para <= v_agora))
    ), numero as (
        select n.id, n.empresa_id, n.identificador, n.qualidade from carteiro.numeros n where n.ativo order by n.id limit 200
    ), efeito as (
        select count(*) as quantos, min(f.criado_em) as desde from carteiro.efeitos f
    ), aviso as (
        select coalesce(sum(w.quantos), 0) as quantos, min(w.recebido_em) as desde from carteiro.webhook_pendentes w
    )
    select 'idade', '{}'::text[], extract(epoch from v_agora - c.em)::double precision from carteiro.fila_contagem c
    union all
    select 'atraso', array[a.tarefa], coalesce(extract(epoch from v_agora - a.desde), 0)::double precision from atraso a
    union all
    select 'efeitos', '{}', f.quantos::double precision from efeito f
    union all
    select 'efeitos_idade', '{}', coalesce(extract(epoch from v_agora - f.desde), 0)::double precision from efeito f
    union all
    select 'efeitos_retidos', '{}', (select count(*) from carteiro.efeitos_retidos)::double precision
    union all
    select 'webhooks', '{}', w.quantos::double precision from aviso w
    union all
    select 'webhooks_idade', '{}', coalesce(extract(epoch from v_agora - w.desde), 0)::double precision from aviso w
    union all
    select 'webhook_ultimo', array[n.id::text], extract(epoch from v.em)::double precision
    from numero n
    join carteiro.webhooks_vistos v on v.phone_number_id = n.identificador
    union all
    select 'numero_info', array[n.id::text, e.nome, n.identificador], 1::double precision
    from numero n
    join carteiro.empresas e on e.id = n.empresa_id
    union all
    select 'qualidade', array[n.id::text], case when n.qualidade ~ '^(FLAGGED|DOWNGRADE)' then 3 else 1 end::double precision
    from numero n
    where n.qualidade is not null
    union all
    select 'trabalhadores', array[p.processo], count(t.nome)::double precision
    from unnest(array['carteiro-sender', 'carteiro-planner', 'carteiro-gateway']) as p (processo)
    left join carteiro.trabalhadores t on t.processo = p.processo and t.visto_em > v_agora - interval '30 seconds'
    group by p.processo;
end
$$;
