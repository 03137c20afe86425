-- webhook_instante: Unix seconds as Meta writes them, a number or a text of digits; null for anything else.
create or replace function webhook_instante(corpo jsonb, lugar text[])
returns timestamptz
language sql immutable parallel safe
as $$
    select case when s.segundos ~ '^[0-9]{1,11}$' and s.segundos::bigint between 1 and 253402300799
        then to_timestamp(s.segundos::bigint) end
    from (select carteiro.webhook_texto(corpo, lugar, 20) as segundos) as s
$$;
