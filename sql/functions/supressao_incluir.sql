-- supressao_incluir: this number is not to be written to, whoever imports it again: a keyed
-- hash outlives the person's erasure. Whoever is known by it becomes optout, their marketing
-- consent is withdrawn, what waits for them is cancelled. Repeatable. `telefone` may be the user id
-- (BSUID) of whoever shows no phone.
--
-- Raises 22023 naming the argument. Returns the people and waiting messages it met.
create or replace function supressao_incluir(
    telefone text, motivo text, empresa text default null,
    out clientes integer, out canceladas integer)
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(supressao_incluir.empresa);
    numero text := coalesce(bsuid_ler(supressao_incluir.telefone), telefone_exigir(supressao_incluir.telefone));
begin
    if btrim(coalesce(supressao_incluir.motivo, '')) = '' then
        raise exception 'motivo: expected why, found nothing' using errcode = '22023';
    end if;
    perform pg_advisory_xact_lock_shared(hashtextextended('clientes ' || dona, 0));
    perform pg_advisory_xact_lock(hashtextextended(dona || telefone_chave(numero), 0));
    select s.clientes, s.canceladas into clientes, canceladas
    from supressao_aplicar(dona, numero, btrim(supressao_incluir.motivo), 'supressao') s;
    insert into auditoria (empresa_id, action, payload)
    values (dona, 'supressao_incluir', jsonb_build_object('motivo', btrim(supressao_incluir.motivo),
        'clientes', clientes, 'canceladas', canceladas));
end
$$;
grant execute on function supressao_incluir(text, text, text) to carteiro_ops_escrita;
