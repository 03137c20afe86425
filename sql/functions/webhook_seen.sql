-- webhook_seen: notes when a webhook of each number last came, from the events named; fila_release
-- asks whether a number is silent.
--
-- To two seconds: a busy number's row is written that often and not at each batch. In one order, or
-- two appliers deadlock.
create or replace function webhook_seen(eventos bigint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
begin
    insert into webhooks_vistos as v (phone_number_id, em)
    select w.phone_number_id, w.em
    from (select e.phone_number_id, max(e.recebido_em) as em
          from webhook_eventos e
          where e.id = any (eventos) and e.phone_number_id is not null
          group by e.phone_number_id) as w
    left join webhooks_vistos x on x.phone_number_id = w.phone_number_id
    where x.em is null or x.em <= w.em - interval '2 seconds'
    order by w.phone_number_id
    on conflict (phone_number_id) do update
    set em = excluded.em
    where v.em < excluded.em;
end
$$;
