-- job_metrics: the last 30 days of a company (left out: of all): {total_consultas, taxa_faltas,
-- taxa_conclusao, lembretes_enviados}; rates are of the appointments that were not cancelled.
create or replace function job_metrics(empresa text default null)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    -- before the counting: an unknown company is refused also where there is nothing to count
    v_dona constant uuid := case when job_metrics.empresa is not null then empresa_resolver(job_metrics.empresa) end;
begin
    return (
    with consulta as (
        select a.status
        from agendamentos a
        where (v_dona is null or a.empresa_id = v_dona)
          and a.inicio between agora() - interval '30 days' and agora()
          and a.status <> 'cancelado'
    )
    select jsonb_build_object(
        'total_consultas', count(*),
        'taxa_faltas', round(coalesce(avg((c.status = 'faltou')::integer), 0), 4),
        'taxa_conclusao', round(coalesce(avg((c.status = 'realizado')::integer), 0), 4),
        'lembretes_enviados', (
            select count(distinct d.mensagem_id)
            from disparos d
            join regras_followup r on r.id = d.regra_id and r.nome in ('lembrete_24h', 'lembrete_2h')
            where d.status = 'enviado'
              and d.encerrado_em >= agora() - interval '30 days'
              and (v_dona is null or d.empresa_id = v_dona)))
    from consulta c);
end
$$;
grant execute on function job_metrics(text) to carteiro_ops_leitura, carteiro_ops_escrita;
