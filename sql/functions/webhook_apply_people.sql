-- webhook_apply_people: these events are of people: what they wrote (mensagem), what they told WhatsApp of marketing
-- (user_preferences), what a failed status says of them (webhook_apply_optout), another user id of theirs. Each is applied by itself, and
-- one that cannot be keeps its error. `de` and `ate` bound their recebido_em.
--
-- People are locked first, in the order in which the effects lock them: by all that looks like an id in the
-- event as it came (whoever is locked for nothing waits a moment), for what is no JSON must not stop the rest.
create or replace function webhook_apply_people(eventos bigint[], de timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
    v_de constant text := '"(?:from|from_user_id|wa_id|user_id|new_wa_id|previous|current|recipient_id|recipient_user_id)" ?: ?"?([A-Za-z0-9.+]{7,140})';
    evento webhook_eventos;
    v_erro text;
begin
    perform 1
    from clientes c
    where c.id = any (array(
        select i.cliente_id
        from webhook_eventos w
        cross join lateral (
            select coalesce((select x.empresa_id from numeros x where x.identificador = w.phone_number_id),
                (select k.empresa_id from contas k where w.phone_number_id is null and k.waba_id = w.waba_id)) as empresa_id
            offset 0) as n
        cross join lateral (
            select distinct m.valor[1] as valor from regexp_matches(left(w.corpo, 20000), v_de, 'g') as m (valor) offset 0) as quem
        cross join lateral (
            select x.cliente_id from identidades x
            where quem.valor like '__.%' and x.empresa_id = n.empresa_id and x.tipo = 'bsuid' and x.valor = quem.valor
            union all
            select x.cliente_id from identidades x
            where x.empresa_id = n.empresa_id and x.tipo = 'wa_id' and x.valor = quem.valor
            union all
            select x.cliente_id
            from unnest('+' || quem.valor || telefone_variantes('+' || quem.valor)) as fone
            cross join lateral (
                select y.cliente_id from identidades y
                where y.empresa_id = n.empresa_id and y.tipo = 'telefone' and y.valor = fone
                offset 0) as x) as i
        where w.id = any (eventos)
          and w.recebido_em between webhook_apply_people.de and webhook_apply_people.ate
        union
        select webhook_status_person(w)
        from webhook_eventos w
        where w.id = any (eventos)
          and w.recebido_em between webhook_apply_people.de and webhook_apply_people.ate
          and w.tipo = 'status'))
    order by c.id
    for no key update;
    for evento in
        select *
        from webhook_eventos w
        where w.id = any (eventos)
          and w.recebido_em between webhook_apply_people.de and webhook_apply_people.ate
        order by w.phone_number_id, -- those yet unknown in one order too; whom they quote is not who they are
            substring(regexp_replace(left(w.corpo, 2000), '"context" ?: ?\{(?:[^{}]|\{[^{}]*\})*\}', '') from v_de), w.id
    loop
        for vez in 1..2 loop
            v_erro := null;
            begin
                if evento.tipo = 'mensagem' then
                    perform webhook_apply_message(evento);
                elsif evento.tipo = 'user_preferences' then
                    v_erro := webhook_apply_preference(evento);
                elsif evento.tipo = 'user_id_update' then
                    v_erro := webhook_apply_user_id(evento);
                else
                    perform webhook_apply_optout(evento);
                end if;
                exit;
            exception
                when serialization_failure or deadlock_detected then
                    raise;
                when others then
                    v_erro := sqlstate || ': ' || sqlerrm;
                    exit when sqlstate <> '23505'; -- another gateway made the same person: now it is there
            end;
        end loop;
        if v_erro is not null then
            perform webhook_fail(array[evento.id], de, ate, v_erro);
        end if;
    end loop;
end
$$;
