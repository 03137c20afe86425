-- webhook_conta: the account that this event names; raises 22023 when it is none of ours.
create or replace function webhook_conta(evento webhook_eventos)
returns contas
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    achada contas;
begin
    select c.* into achada from contas c where c.waba_id = evento.waba_id;
    if achada.id is null then
        raise exception 'waba_id: not an account of ours' using errcode = '22023';
    end if;
    return achada;
end
$$;
