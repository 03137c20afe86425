-- consentimento_pessoa: the person, locked, for the functions that write their ledger; raises
-- 22023 that names the argument when there is no such person or purpose.
create or replace function consentimento_pessoa(cliente_id uuid, finalidade text)
returns clientes
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    pessoa clientes;
begin
    if consentimento_pessoa.finalidade is null
       or consentimento_pessoa.finalidade not in ('marketing', 'transacional') then
        raise exception 'finalidade: expected marketing or transacional, found "%"', consentimento_pessoa.finalidade
            using errcode = '22023';
    end if;
    select c.* into pessoa from clientes c where c.id = consentimento_pessoa.cliente_id for update;
    if pessoa.id is null then
        raise exception 'cliente_id: there is no cliente %', consentimento_pessoa.cliente_id using errcode = '22023';
    end if;
    return pessoa;
end
$$;
