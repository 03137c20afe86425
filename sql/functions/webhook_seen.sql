-- webhook_seen: notes when a webhook of each number last came; fila_release asks whether a number is
-- silent. Element i of both arrays is a number and when.
--
-- To two seconds: a busy number's row is written that often and not at each batch. In one order, or
-- two appliers deadlock.
create or replace function webhook_seen(numeros text[], instantes timestamptz[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    insert into webhooks_vistos as v (phone_number_id, em)
    select w.phone_number_id, w.em
    from (select e.phone_number_id, max(e.em) as em
          from unnest(numeros, instantes) as e (phone_number_id, em)
          where length(e.phone_number_id) <= 255 -- what is longer is no id, and would stop all that came with it
          group by e.phone_number_id) as w
    left join lateral (
        select y.em from webhooks_vistos y where y.phone_number_id = w.phone_number_id offset 0) as x on true
    where x.em is null or x.em <= w.em - interval '2 seconds'
    order by w.phone_number_id
    on conflict (phone_number_id) do update
    set em = excluded.em
    where v.em < excluded.em;
end
$$;
