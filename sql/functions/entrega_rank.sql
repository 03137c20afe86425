-- entrega_rank: the order of what webhooks say. A failure holds only while nothing of delivered or
-- above was seen (reference: Meta's statuses come repeated and in any order).
create or replace function entrega_rank(entrega text)
returns integer
language sql immutable parallel safe
as $$
    select case entrega when 'retida' then 0 when 'aceita' then 1 when 'enviada' then 2
        when 'falhou' then 3 when 'entregue' then 4 when 'lida' then 5 else -1 end
$$;
grant execute on function entrega_rank(text) to public;
