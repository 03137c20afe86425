-- aviso_resolver: somebody has looked at this notice (avisos) and done what was to do. Returns the row; what was
-- resolved before stays as it was. Raises 22023 naming `id`.
create or replace function aviso_resolver(id bigint, por text default null)
returns avisos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    visto avisos;
begin
    update avisos a
    set visto_em = agora(), visto_por = coalesce(nullif(btrim(aviso_resolver.por), ''), session_user)
    where a.id = aviso_resolver.id and a.visto_em is null
    returning a.* into visto;
    if visto.id is not null then
        insert into auditoria (empresa_id, action, alvo, payload)
        values (visto.empresa_id, 'aviso_resolvido', visto.alvo, jsonb_build_object('aviso', visto.id, 'tipo', visto.tipo));
        return visto;
    end if;
    select a.* into visto from avisos a where a.id = aviso_resolver.id;
    if visto.id is null then
        raise exception 'id: there is no notice %', aviso_resolver.id using errcode = '22023';
    end if;
    return visto;
end
$$;
grant execute on function aviso_resolver(bigint, text) to carteiro_ops_escrita;
