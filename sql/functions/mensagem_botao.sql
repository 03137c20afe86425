-- mensagem_botao: the id of the button or row that this message touched (ours to choose), or the payload of a
-- template's button; null when it is none.
create or replace function mensagem_botao(mensagem jsonb)
returns text
language sql immutable parallel safe
as $$
    select coalesce(mensagem #>> '{interactive,button_reply,id}', mensagem #>> '{interactive,list_reply,id}',
        mensagem #>> '{button,payload}')
$$;
