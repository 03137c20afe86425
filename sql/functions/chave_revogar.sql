-- chave_revogar: the key is refused from the next request on. Returns whether it was in force. Raises
-- 22023 when there is no such key.
create or replace function chave_revogar(id bigint)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dela chaves_api;
begin
    select k.* into v_dela from chaves_api k where k.id = chave_revogar.id for update;
    if v_dela.id is null then
        raise exception 'id: there is no key %', coalesce(chave_revogar.id::text, 'without an id') using errcode = '22023';
    end if;
    if v_dela.revogada_em is not null then
        return false;
    end if;
    update chaves_api k set revogada_em = agora() where k.id = v_dela.id;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (v_dela.empresa_id, 'chave_revogada', v_dela.id::text, jsonb_build_object('nome', v_dela.nome));
    return true;
end
$$;
grant execute on function chave_revogar(bigint) to carteiro_ops_escrita;
