-- chave_usar: whose key this is: company, its zone, role; no row when it is unknown, revoked or expired.
-- Notes the use, to the minute, so that a busy key is not a row that everybody writes.
create or replace function chave_usar(chave text)
returns table (id bigint, empresa_id uuid, fuso text, papel text)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_usada timestamptz;
begin
    select k.id, k.empresa_id, e.fuso, k.papel, k.usada_em
    into chave_usar.id, chave_usar.empresa_id, chave_usar.fuso, chave_usar.papel, v_usada
    from chaves_api k
    join empresas e on e.id = k.empresa_id
    where k.hash = sha256(convert_to(chave_usar.chave, 'UTF8'))
      and k.revogada_em is null
      and (k.expira_em is null or k.expira_em > agora());
    if chave_usar.id is null then
        return;
    end if;
    if coalesce(v_usada < agora() - interval '1 minute', true) then
        update chaves_api k
        set usada_em = agora()
        where k.ctid = (
            select x.ctid from chaves_api x where x.id = chave_usar.id for update skip locked);
    end if;
    return next;
end
$$;
grant execute on function chave_usar(text) to carteiro_gateway;
