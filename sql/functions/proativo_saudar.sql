-- proativo_saudar: the message as this person gets it, at most the 4,096 characters of the Cloud API.
create or replace function proativo_saudar(primeiro_nome text, conteudo text)
returns text
language sql immutable parallel safe
as $$
    select case when length(t) > 4096 then left(t, 4095) || '…' else t end
    from carteiro.proativo_blocos(array['Oi' || coalesce(', ' || nullif(btrim(left(primeiro_nome, 60)), ''), '') || '!', conteudo]) as t
$$;
