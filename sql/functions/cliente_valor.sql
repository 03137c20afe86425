-- cliente_valor: what the placeholder {chave} says for this person; null when there is no value.
--
-- {nome} is the first name, {especialidade} the specialty, anything else a key of `extra` (the
-- metadata of the campaign or message), else of the person's own metadata. {saudacao}, {hoje}, {data}
-- and {hora} stand for themselves: fila_claim fills them (texto_da_hora) from `data` of the message's
-- metadata, a day or an instant. Written so that the planner can inline it.
create or replace function cliente_valor(pessoa clientes, extra jsonb, chave text)
returns text
language sql immutable parallel safe
as $$
    select nullif(btrim(case chave
        when 'nome' then pessoa.primeiro_nome
        when 'especialidade' then pessoa.especialidade_nome
        when 'saudacao' then coalesce(extra ->> chave, '{saudacao}')
        when 'hoje' then coalesce(extra ->> chave, case when extra ->> 'data' is not null then '{hoje}' end)
        when 'data' then coalesce(case when extra ->> chave ~ '^\d{4}-\d{2}-\d{2}' then '{data}' else extra ->> chave end,
            pessoa.metadata ->> chave)
        when 'hora' then coalesce(extra ->> chave, pessoa.metadata ->> chave,
            case when extra ->> 'data' ~ '^\d{4}-\d{2}-\d{2}[T ]\d' then '{hora}' end)
        else coalesce(extra ->> chave, pessoa.metadata ->> chave)
    end), '')
$$;
grant execute on function cliente_valor(clientes, jsonb, text) to public;
