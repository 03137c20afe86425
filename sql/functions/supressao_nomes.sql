-- supressao_nomes: all that this person is known by and has not left, as it is hashed in supressoes: phones in
-- E.164 and user ids.
create or replace function supressao_nomes(pessoa uuid)
returns setof text
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select c.telefone from clientes c where c.id = pessoa and c.telefone is not null
    union
    select case i.tipo when 'wa_id' then '+' || i.valor else i.valor end
    from identidades i
    where i.cliente_id = pessoa and i.encerrada_em is null
$$;
