-- campanha_valores: what these placeholders say for this person, in order; null when one has no
-- value, or there is no body to have placeholders. {nome} alone without a call, as in campanha_falta.
create or replace function campanha_valores(pessoa clientes, extra jsonb, chaves text[])
returns text[]
language sql immutable parallel safe
as $$
    select case when chaves = '{nome}' then case when btrim(pessoa.primeiro_nome) <> '' then array[btrim(pessoa.primeiro_nome)] end
        else carteiro.campanha_valores_each(pessoa, extra, chaves) end
$$;
