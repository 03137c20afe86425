-- webhook_once: whether this is the first time that such an event is applied: it carries nothing that would tell
-- a repetition. Of two at once the second waits for the first.
--
-- `por`: only within this time is it the same one (an error of a number tells neither time nor message).
create or replace function webhook_once(chave text, por interval default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    insert into webhook_aplicados as a (chave, em)
    values (sha256(convert_to(webhook_once.chave, 'UTF8')), agora())
    on conflict on constraint webhook_aplicados_pkey do update
    set em = excluded.em
    where a.em <= excluded.em - por;
    return found;
end
$$;
