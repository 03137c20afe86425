-- mensagem_texto: what a person's message says, as words: its text, the title of the button or row that was
-- touched, the emoji of a reaction, the caption of a medium; null when it says nothing in words.
create or replace function mensagem_texto(mensagem jsonb)
returns text
language sql immutable parallel safe
as $$
    select nullif(btrim(case t.tipo
        when 'text' then t.parte ->> 'body'
        when 'button' then t.parte ->> 'text'
        when 'interactive' then coalesce(t.parte #>> '{button_reply,title}', t.parte #>> '{list_reply,title}')
        when 'reaction' then t.parte ->> 'emoji'
        else t.parte ->> 'caption'
    end), '')
    from (select mensagem ->> 'type' as tipo, mensagem -> (mensagem ->> 'type') as parte) as t
$$;
