-- aviso_note: a person has to look at this, once for each `chave`; no text holds a name, a number or words of
-- anybody. Returns whether it is new.
create or replace function aviso_note(empresa uuid, tipo text, chave text, texto text, alvo text default null,
    pessoa uuid default null, payload jsonb default '{}')
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    insert into avisos (empresa_id, tipo, chave, texto, alvo, cliente_id, payload)
    values (empresa, aviso_note.tipo, aviso_note.chave, aviso_note.texto, aviso_note.alvo, pessoa, aviso_note.payload)
    on conflict on constraint avisos_unico do nothing;
    return found;
end
$$;
