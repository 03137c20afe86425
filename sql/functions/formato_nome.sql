-- formato_nome: a name, a service as one line of a list shows it: without line breaks, at most 60
-- characters; null when nothing is left.
create or replace function formato_nome(nome text)
returns text
language sql immutable parallel safe
as $$
    select case when length(n) > 60 then rtrim(left(n, 59)) || '…' else n end
    from carteiro.cliente_nome(nome) as n
$$;
