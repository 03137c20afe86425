-- janela_chave: how the claims of a session name what they found open (janelas_fechadas).
create or replace function janela_chave(empresa uuid, proposito text, fuso text)
returns text
language sql immutable parallel safe
as $$ select empresa::text || ' ' || proposito || ' ' || fuso $$;
