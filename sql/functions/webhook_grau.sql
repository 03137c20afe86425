-- webhook_grau: the entrega_rank of what a status says; null for a word that nobody knows.
create or replace function webhook_grau(situacao text)
returns smallint
language sql immutable parallel safe
as $$
    select case situacao when 'sent' then 2 when 'failed' then 3 when 'delivered' then 4 when 'read' then 5
        when 'played' then 5 end::smallint
$$;
