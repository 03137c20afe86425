-- agendamento_lote_de: the first instant that the batch of reminders at `ocorrencia` takes: 24h the company's next
-- day, 2h two hours ahead.
create or replace function agendamento_lote_de(qual text, ocorrencia timestamptz, fuso text)
returns timestamptz
language sql stable parallel safe
as $$
    select case qual
        when '24h' then ((ocorrencia at time zone fuso)::date + 1)::timestamp at time zone fuso
        else ocorrencia + interval '2 hours' end
$$;
