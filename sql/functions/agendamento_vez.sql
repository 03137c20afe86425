-- agendamento_vez: which firing this is of a rule for an appointment: its start and version, so that a moved
-- one is another. Null when nothing is to be planned: to this person, about that start, a message has
-- left, waits or is planned; or this version's was passed over or came too late.
create or replace function agendamento_vez(a agendamentos, regra_id bigint)
returns text
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select v.inicio || '#' || a.versao || coalesce(nullif('.' || v.antes, '.0'), '')
    from (
        select i.inicio, count(d.id) as antes,
            count(*) filter (where d.cliente_id = a.cliente_id and d.status in ('planejado', 'enfileirado', 'enviado', 'erro')
                or d.status in ('pulado', 'expirado')
                   and split_part(split_part(d.ocorrencia, '#', 2), '.', 1) = a.versao::text) as vale
        from (select to_char(a.inicio at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as inicio) as i
        left join disparos d on d.regra_id = agendamento_vez.regra_id and d.alvo_id = a.id
            and split_part(d.ocorrencia, '#', 1) = i.inicio
        group by i.inicio
    ) as v
    where v.vale = 0
$$;
