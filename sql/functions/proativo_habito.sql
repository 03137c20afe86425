-- proativo_habito: why a regular customer is likely to come back.
create or replace function proativo_habito(intervalo integer, ultima date, hoje date)
returns text
language sql immutable parallel safe
as $$
    select 'costuma vir ' || case intervalo when 1 then 'todos os dias' else 'a cada ' || intervalo || ' dias' end
        || '; última visita em ' || carteiro.formato_data(ultima, hoje)
$$;
