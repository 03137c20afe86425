-- cliente_destino: where this person is written to: their phone, else the user id (BSUID) learnt last; null when
-- neither is known.
create or replace function cliente_destino(pessoa clientes)
returns text
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    if pessoa.telefone is not null then
        return pessoa.telefone;
    end if;
    return (select i.valor
            from identidades i
            where i.cliente_id = pessoa.id and i.tipo = 'bsuid' and i.encerrada_em is null
            order by i.id desc
            limit 1);
end
$$;
