-- chave_criar: makes a key of the HTTP API for a company. Returns its id and the key itself, shown this
-- once: only its hash is kept.
--
-- `papel` leitura may ask, escrita (the default) may also change; a key never leaves its company. 244
-- random bits, so a plain hash cannot be searched. Raises 22023 naming the argument.
create or replace function chave_criar(nome text, papel text default null, expira_em timestamptz default null,
    empresa text default null)
returns table (id bigint, chave text)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(chave_criar.empresa);
    v_chave constant text := 'ct_' || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
    if btrim(coalesce(chave_criar.nome, '')) = '' then
        raise exception 'nome: expected a name, found nothing' using errcode = '22023';
    end if;
    if chave_criar.papel not in ('leitura', 'escrita') then
        raise exception 'papel: expected leitura or escrita, found "%"', chave_criar.papel using errcode = '22023';
    end if;
    if chave_criar.expira_em <= agora() then
        raise exception 'expira_em: expected an instant to come' using errcode = '22023';
    end if;
    insert into chaves_api as k (empresa_id, nome, papel, hash, final, expira_em)
    values (v_dona, btrim(chave_criar.nome), coalesce(chave_criar.papel, 'escrita'),
        sha256(convert_to(v_chave, 'UTF8')), right(v_chave, 4), chave_criar.expira_em)
    returning k.id into chave_criar.id;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (v_dona, 'chave_criada', chave_criar.id::text,
        jsonb_build_object('nome', btrim(chave_criar.nome), 'papel', coalesce(chave_criar.papel, 'escrita')));
    chave_criar.chave := v_chave;
    return next;
end
$$;
grant execute on function chave_criar(text, text, timestamptz, text) to carteiro_ops_escrita;
