-- disparos_tell: tells what firings are about that these have ended: enviado, erro, cancelado, pulado,
-- expirado. Each kind of target has its function; it is called in the transaction of the end.
create or replace function disparos_tell(ids bigint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    -- one line for each kind of target
    perform agendamento_effects(ids);
    perform proativo_effects(ids);
end
$$;
