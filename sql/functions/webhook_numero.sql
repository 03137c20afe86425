-- webhook_numero: the number that this event names, else one of the account that it names; raises 22023 when we
-- have none such.
create or replace function webhook_numero(evento webhook_eventos)
returns numeros
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    achado numeros;
begin
    select n.* into achado from numeros n where n.identificador = evento.phone_number_id;
    if achado.id is null and evento.phone_number_id is null then
        select n.* into achado
        from contas c
        join numeros n on n.conta_id = c.id
        where c.waba_id = evento.waba_id
        order by n.padrao desc, n.id
        limit 1;
    end if;
    if achado.id is null then
        raise exception 'phone_number_id: not one of ours' using errcode = '22023';
    end if;
    return achado;
end
$$;
