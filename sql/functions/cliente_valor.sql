-- cliente_valor: what the placeholder {chave} says for this person; null when there is no value.
--
-- {nome} is the first name, {especialidade} the specialty, anything else a key of `extra` (the
-- metadata of the campaign or message), else of the person's own metadata. Written so that the
-- planner can inline it.
create or replace function cliente_valor(pessoa clientes, extra jsonb, chave text)
returns text
language sql immutable parallel safe
as $$
    select nullif(btrim(case chave
        when 'nome' then pessoa.primeiro_nome
        when 'especialidade' then pessoa.especialidade_nome
        else coalesce(extra ->> chave, pessoa.metadata ->> chave)
    end), '')
$$;
grant execute on function cliente_valor(clientes, jsonb, text) to public;
