-- conta_resolver: the account of the company that `conta` (WABA id) means; left out, the only one.
--
-- Raises 22023 that names `conta`.
create or replace function conta_resolver(dona uuid, conta text default null)
returns contas
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    achada contas;
    quantas integer;
begin
    select count(*) into quantas
    from contas c
    where c.empresa_id = dona and (conta_resolver.conta is null or c.waba_id = conta_resolver.conta);
    if quantas <> 1 then
        raise exception 'conta: % — say which by its WABA id', case
            when conta_resolver.conta is not null then 'the company has none of this WABA id'
            when quantas = 0 then 'the company has none yet; make one with conta_salvar'
            else format('the company has %s', quantas) end
            using errcode = '22023';
    end if;
    select c.* into achada
    from contas c
    where c.empresa_id = dona and (conta_resolver.conta is null or c.waba_id = conta_resolver.conta);
    return achada;
end
$$;
grant execute on function conta_resolver(uuid, text) to carteiro_ops_leitura, carteiro_ops_escrita;
