-- webhook_numero: the number that this event names; where it names none, one of the account that it names
-- (`so_unica`: only if that has no other). Raises 22023 when we have none such.
create or replace function webhook_numero(evento webhook_eventos, so_unica boolean default false)
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
          and not (so_unica and exists (select 1 from numeros x where x.conta_id = c.id and x.id <> n.id))
        order by n.padrao desc, n.id
        limit 1;
    end if;
    if achado.id is null then
        raise exception 'phone_number_id: not one of ours' using errcode = '22023';
    end if;
    return achado;
end
$$;
