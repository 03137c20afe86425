-- fila_prune: deletes up to n rows of each table that nobody asks after a while: answers to repeated requests
-- (a day), firings of schedules (90 days), touches older than any limit of frequency counts (90 days), hashes
-- of webhooks that Meta repeats no more (60 days).
-- Returns 1 while there may be more, else 0.
create or replace function fila_prune(n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_mais boolean := false;
    v_foram integer;
begin
    delete from chaves_idempotencia k
    where k.ctid = any (array(
        select x.ctid from chaves_idempotencia x where x.em < v_agora - interval '1 day' limit n for update skip locked));
    get diagnostics v_foram = row_count;
    v_mais := v_foram = n;
    delete from agenda_disparos d
    where d.ctid = any (array(
        select x.ctid from agenda_disparos x where x.em < v_agora - interval '90 days' limit n for update skip locked));
    get diagnostics v_foram = row_count;
    v_mais := v_mais or v_foram = n;
    delete from toques t
    where t.ctid = any (array(
        select x.ctid from toques x where x.dia < v_agora::date - 91 limit n for update skip locked));
    get diagnostics v_foram = row_count;
    v_mais := v_mais or v_foram = n;
    delete from webhook_aplicados a
    where a.chave = any (array(
        select x.chave from webhook_aplicados x where x.em < v_agora - interval '60 days' limit n for update skip locked));
    get diagnostics v_foram = row_count;
    return (v_mais or v_foram = n)::integer;
end
$$;
