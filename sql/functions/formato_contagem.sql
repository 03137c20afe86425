-- formato_contagem: 1 cliente, 2 clientes, 1.450 clientes; `nenhum` is said for 0 where it is given.
create or replace function formato_contagem(quantos bigint, um text, varios text, nenhum text default null)
returns text
language sql immutable parallel safe
as $$
    select case
        when quantos = 0 and nenhum is not null then nenhum
        else translate(to_char(quantos, 'FM999,999,999,990'), ',', '.') || ' ' || case quantos when 1 then um else varios end
    end
$$;
