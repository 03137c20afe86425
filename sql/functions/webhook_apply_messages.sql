-- webhook_apply_messages: these events are messages of people: each is applied by itself, and one that
-- cannot be keeps its error. `de` and `ate` bound their recebido_em.
--
-- People are locked first, in the order in which the effects lock them.
create or replace function webhook_apply_messages(eventos bigint[], de timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
    v_de constant text := '"from" ?: ?"([0-9]{7,15})"';
    evento webhook_eventos;
begin
    perform 1
    from clientes c
    where c.id = any (array(
        select i.cliente_id
        from webhook_eventos w
        join numeros n on n.identificador = w.phone_number_id
        cross join lateral (select substring(w.corpo from v_de) as wa_id offset 0) as quem
        cross join lateral (
            select x.cliente_id from identidades x
            where x.empresa_id = n.empresa_id and x.tipo = 'wa_id' and x.valor = quem.wa_id
            union all
            select x.cliente_id
            from unnest('+' || quem.wa_id || telefone_variantes('+' || quem.wa_id)) as fone
            cross join lateral (
                select y.cliente_id from identidades y
                where y.empresa_id = n.empresa_id and y.tipo = 'telefone' and y.valor = fone
                offset 0) as x) as i
        where w.id = any (eventos)
          and w.recebido_em between webhook_apply_messages.de and webhook_apply_messages.ate))
    order by c.id
    for no key update;
    for evento in
        select *
        from webhook_eventos w
        where w.id = any (eventos)
          and w.recebido_em between webhook_apply_messages.de and webhook_apply_messages.ate
        order by w.phone_number_id, substring(w.corpo from v_de), w.id -- those yet unknown in one order too
    loop
        begin
            perform webhook_apply_message(evento);
        exception
            when serialization_failure or deadlock_detected then
                raise;
            when others then
                perform webhook_fail(array[evento.id], de, ate, sqlstate || ': ' || sqlerrm);
        end;
    end loop;
end
$$;
