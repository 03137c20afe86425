-- webhook_fail: these events could not be applied, and why; `de` and `ate` bound their recebido_em.
create or replace function webhook_fail(eventos bigint[], de timestamptz, ate timestamptz, erro text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    update webhook_eventos w
    set erro = webhook_fail.erro
    where w.id = any (eventos)
      and w.recebido_em between webhook_fail.de and webhook_fail.ate;
end
$$;
