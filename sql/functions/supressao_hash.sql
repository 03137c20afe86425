-- supressao_hash: under what a number, or a user id, stands in supressoes: one keyed hash for all its
-- variants. HMAC's nesting with core functions only, so that no extension is needed.
create or replace function supressao_hash(chave bytea, empresa_id uuid, telefone text)
returns bytea
language sql immutable parallel safe
as $$
    select sha256(chave || '\x01'::bytea || sha256(chave || '\x02'::bytea || uuid_send(empresa_id)
        || convert_to(carteiro.telefone_chave(telefone), 'UTF8')))
$$;
