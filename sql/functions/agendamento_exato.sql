-- agendamento_exato: whether the company's reminders go each at its own instant (24 h and 2 h before); else
-- they go in batches, by the schedule lembretes_24h or lembretes_2h (`qual`), its own or everybody's.
create or replace function agendamento_exato(empresa uuid, qual text)
returns boolean
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select not coalesce((
        select a.ativa
        from agendas a
        where a.nome = 'lembretes_' || qual and (a.empresa_id = agendamento_exato.empresa or a.empresa_id is null)
        order by a.empresa_id is null
        limit 1), false)
$$;
