-- identidade_find: the person of the company who is known by this wa_id (digits) or user id; a wa_id also by the
-- phone and its variants. `is_antiga`: they had left it for another one before `em`: whoever writes from
-- it now is somebody else. `is_propria`: known by just this, not by a phone alone. Nulls when nobody is known by it.
create or replace function identidade_find(empresa uuid, valor text, em timestamptz, out pessoa uuid, out is_antiga boolean,
    out is_propria boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_id constant text := bsuid_ler(identidade_find.valor);
    v_fone constant text := '+' || wa_id_ler(identidade_find.valor);
begin
    select i.cliente_id, coalesce(i.encerrada_em < identidade_find.em, false), true into pessoa, is_antiga, is_propria
    from identidades i
    where i.empresa_id = empresa
      and i.tipo = case when v_id is null then 'wa_id' else 'bsuid' end
      and i.valor = coalesce(v_id, substr(v_fone, 2));
    if pessoa is not null or v_fone is null then
        return;
    end if;
    pessoa := cliente_localizar(empresa, v_fone);
    is_antiga := pessoa is not null
        and not exists (
            select 1
            from clientes c
            where c.id = pessoa and c.telefone in (v_fone, (telefone_variantes(v_fone))[1]))
        and not exists (
            select 1
            from identidades i
            where i.cliente_id = pessoa and i.tipo = 'telefone' and i.valor in (v_fone, (telefone_variantes(v_fone))[1])
              and (i.encerrada_em is null or i.encerrada_em >= identidade_find.em));
end
$$;
