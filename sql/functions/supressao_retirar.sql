-- supressao_retirar: the holder of this number (or user id) wants to be written to again. Takes it, and
-- all else that its people are known by, out of supressoes and makes these ativo; the marketing consent
-- that went with the suppression stays withdrawn until consentimento_registrar says otherwise.
--
-- Raises 22023 naming the argument. Returns how many people came back.
create or replace function supressao_retirar(telefone text, motivo text, empresa text default null)
returns integer
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(supressao_retirar.empresa);
    numero text := coalesce(bsuid_ler(supressao_retirar.telefone), telefone_exigir(supressao_retirar.telefone));
    formas text[];
    pessoas uuid[];
    quantos integer;
begin
    if btrim(coalesce(supressao_retirar.motivo, '')) = '' then
        raise exception 'motivo: expected why, found nothing' using errcode = '22023';
    end if;
    formas := numero || telefone_variantes(numero);
    perform pg_advisory_xact_lock_shared(hashtextextended('clientes ' || dona, 0));
    perform pg_advisory_xact_lock(hashtextextended(dona || telefone_chave(numero), 0));
    pessoas := array(
        select c.id from clientes c where c.empresa_id = dona and c.telefone = any (formas)
        union
        select i.cliente_id
        from identidades i
        where i.empresa_id = dona and i.tipo in ('telefone', 'bsuid') and i.encerrada_em is null and i.valor = any (formas));
    delete from supressoes s
    where s.empresa_id = dona
      and s.hash in (
        select supressao_hash(supressao_chave(), dona, x.nome)
        from (select numero as nome
              union all
              select n.nome from unnest(pessoas) as p (id) cross join lateral supressao_nomes(p.id) as n (nome)) as x);
    update clientes c
    set status = 'ativo', updated_at = agora()
    where c.id = any (pessoas) and c.status = 'optout';
    get diagnostics quantos = row_count;
    insert into auditoria (empresa_id, action, payload)
    values (dona, 'supressao_retirar',
        jsonb_build_object('motivo', btrim(supressao_retirar.motivo), 'clientes', quantos));
    return quantos;
end
$$;
grant execute on function supressao_retirar(text, text, text) to carteiro_ops_escrita;
