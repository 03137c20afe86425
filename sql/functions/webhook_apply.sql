-- webhook_apply: takes up to n kept events, oldest first, and applies them. Returns how many.
--
-- Statuses set-wise, messages of people one by one; kinds that nobody acts on yet are marked done
-- and stay. An event that cannot be applied keeps its error and does not stop the rest: statuses
-- that fail together are applied one by one. Two callers take different events. People first, then
-- messages: the order in which everybody locks them.
create or replace function webhook_apply(n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_de constant text := '"from" ?: ?"([0-9]{7,15})"';
    v_todos bigint[];
    v_status bigint[];
    v_um bigint;
    evento webhook_eventos;
begin
    select array_agg(e.id), array_agg(e.id) filter (where e.tipo = 'status') into v_todos, v_status
    from (
        select w.id, w.tipo
        from webhook_eventos w
        where w.aplicado_em is null
        order by w.recebido_em, w.id
        limit webhook_apply.n
        for update skip locked
    ) as e;
    if v_todos is null then
        return 0;
    end if;
    -- people in the order in which the effects lock them
    perform 1
    from clientes c
    where c.id = any (array(
        select i.cliente_id
        from webhook_eventos w
        join numeros n on n.identificador = w.phone_number_id
        cross join lateral (select substring(w.corpo from v_de) as wa_id offset 0) as de
        cross join lateral (
            select x.cliente_id from identidades x
            where x.empresa_id = n.empresa_id and x.tipo = 'wa_id' and x.valor = de.wa_id
            union all
            select x.cliente_id
            from unnest('+' || de.wa_id || telefone_variantes('+' || de.wa_id)) as fone
            cross join lateral (
                select y.cliente_id from identidades y
                where y.empresa_id = n.empresa_id and y.tipo = 'telefone' and y.valor = fone
                offset 0) as x) as i
        where w.id = any (v_todos) and w.tipo = 'mensagem'))
    order by c.id
    for no key update;
    for evento in
        select *
        from webhook_eventos w
        where w.id = any (v_todos) and w.tipo = 'mensagem'
        order by w.phone_number_id, substring(w.corpo from v_de), w.id -- those yet unknown in one order too
    loop
        begin
            perform webhook_apply_message(evento);
        exception
            when serialization_failure or deadlock_detected then
                raise;
            when others then
                update webhook_eventos w set erro = sqlstate || ': ' || sqlerrm where w.id = evento.id;
        end;
    end loop;
    if v_status is not null then
        begin
            perform webhook_apply_status(v_status);
        exception
            when serialization_failure or deadlock_detected then
                raise; -- the whole is repeated
            when others then
                foreach v_um in array v_status loop
                    begin
                        perform webhook_apply_status(array[v_um]);
                    exception
                        when serialization_failure or deadlock_detected then
                            raise;
                        when others then
                            update webhook_eventos w set erro = sqlstate || ': ' || sqlerrm where w.id = v_um;
                    end;
                end loop;
        end;
    end if;
    perform webhook_seen(v_todos);
    update webhook_eventos w set aplicado_em = agora() where w.id = any (v_todos);
    return cardinality(v_todos);
end
$$;
grant execute on function webhook_apply(integer) to carteiro_gateway, carteiro_planner;
