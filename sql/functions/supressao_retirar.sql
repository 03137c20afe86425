-- supressao_retirar: the holder of this number wants to be written to again. Takes the number
-- out of supressoes and makes its people ativo; the marketing consent that went with the
-- suppression stays withdrawn until consentimento_registrar says otherwise.
--
-- Raises 22023 naming the argument. Returns how many people came back.
create or replace function supressao_retirar(telefone text, motivo text, empresa text default null)
returns integer
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(supressao_retirar.empresa);
    numero text := telefone_exigir(supressao_retirar.telefone);
    formas text[];
    quantos integer;
begin
    if btrim(coalesce(supressao_retirar.motivo, '')) = '' then
        raise exception 'motivo: expected why, found nothing' using errcode = '22023';
    end if;
    formas := numero || telefone_variantes(numero);
    perform pg_advisory_xact_lock_shared(hashtextextended('clientes ' || dona, 0));
    perform pg_advisory_xact_lock(hashtextextended(dona || telefone_chave(numero), 0));
    delete from supressoes s
    where s.empresa_id = dona and s.hash = supressao_hash(supressao_chave(), dona, numero);
    update clientes c
    set status = 'ativo', updated_at = agora()
    where c.empresa_id = dona
      and c.status = 'optout'
      and (c.telefone = any (formas) or c.id in (
          select i.cliente_id
          from identidades i
          where i.empresa_id = dona and i.tipo = 'telefone' and i.valor = any (formas)));
    get diagnostics quantos = row_count;
    insert into auditoria (empresa_id, action, payload)
    values (dona, 'supressao_retirar',
        jsonb_build_object('motivo', btrim(supressao_retirar.motivo), 'clientes', quantos));
    return quantos;
end
$$;
grant execute on function supressao_retirar(text, text, text) to carteiro_ops_escrita;
