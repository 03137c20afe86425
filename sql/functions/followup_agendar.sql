-- followup_agendar: plans a follow-up that somebody asks for. Returns its row, as followup_listar shows it.
--
-- `user_id`: id, external id or phone; a phone in metadata makes who is not known yet. It goes at
-- `reminder_time`, or `delay_hours` from now, or after the delay of its type (post_service 24 h, post_purchase
-- 48 h, reengagement 168 h). `message` or `message_template` (the same) takes the place of the type's text,
-- `modelo` of its Meta template; {placeholders} are filled from the person and `metadata`, where `data` is
-- the instant that {hoje}, {data} and {hora} speak of (a reminder's own when left out). It takes the place of
-- a follow-up of that type that waits; of reminders, of the one at the same instant. A reminder outside the
-- window goes earlier where there is still time, and never after what it reminds of (an hour, where that is
-- its own instant). Raises 22023 naming the argument.
create or replace function followup_agendar(
    user_id text,
    channel text default null,
    followup_type text default null,
    delay_hours numeric default null,
    reminder_time timestamptz default null,
    message text default null,
    message_template text default null,
    metadata jsonb default null,
    modelo text default null,
    empresa text default null)
returns followups
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(followup_agendar.empresa);
    v_tipo constant text := coalesce(followup_agendar.followup_type, 'post_service');
    v_texto constant text := coalesce(nullif(btrim(message), ''), nullif(btrim(message_template), ''));
    extra jsonb := coalesce(followup_agendar.metadata, '{}');
    regra regras_followup;
    pessoa clientes;
    v_quando timestamptz;
    v_antes timestamptz;
    is_movida boolean := false;
    v_data timestamptz;
    v_id bigint;
    linha followups;
begin
    if coalesce(channel, 'whatsapp') = 'email' then
        raise exception 'canal email ainda não disponível' using errcode = '22023', column = 'channel';
    end if;
    if coalesce(channel, 'whatsapp') <> 'whatsapp' then
        raise exception 'channel: expected whatsapp or email, found "%"', channel using errcode = '22023';
    end if;
    if v_tipo not in ('post_service', 'post_purchase', 'reminder', 'reengagement') then
        raise exception 'followup_type: expected post_service, post_purchase, reminder or reengagement, found "%"', v_tipo
            using errcode = '22023';
    end if;
    if jsonb_typeof(extra) <> 'object' then
        raise exception 'metadata: expected a JSON object, found %', jsonb_typeof(extra) using errcode = '22023';
    end if;
    if delay_hours < 0 or delay_hours > 8784 then
        raise exception 'delay_hours: expected 0 to 8784 (a year), found %', delay_hours using errcode = '22023';
    end if;
    if not isfinite(reminder_time) or reminder_time > agora() + interval '366 days' then
        raise exception 'reminder_time: expected an instant within a year, found "%"', reminder_time using errcode = '22023';
    end if;
    if v_tipo = 'reminder' and num_nonnulls(reminder_time, delay_hours) = 0 then
        raise exception 'reminder_time: a reminder needs it, or delay_hours' using errcode = '22023';
    end if;
    regra := regra_get(v_tipo, dona);
    if not regra.ativa then
        raise exception 'followup_type: the rule % is switched off', v_tipo using errcode = '22023';
    end if;
    if reminder_time + regra.validade <= agora() then -- it would end unsent, and nobody be told
        raise exception 'reminder_time: expected an instant to come, found "%"', reminder_time using errcode = '22023';
    end if;
    perform modelo_resolver(dona, modelo);
    v_quando := coalesce(reminder_time, agora() + coalesce(make_interval(secs => delay_hours::double precision * 3600), regra.atraso));
    extra := followup_dados(extra, case when v_tipo = 'reminder' then coalesce(reminder_time, v_quando) end, dona);
    pessoa := followup_pessoa(dona, user_id, extra);
    perform followup_texto_exigir(v_texto, pessoa, extra);
    v_data := (extra ->> 'data')::timestamptz;
    if v_tipo = 'reminder' then
        v_antes := janela_antes(dona, regra.proposito, coalesce(pessoa.fuso, (select e.fuso from empresas e where e.id = dona)), v_quando);
        is_movida := coalesce(v_antes > agora() and v_antes < v_quando, false);
        v_quando := case when is_movida then v_antes else v_quando end;
    end if;

    perform disparos_cancel(array(
        select d.id
        from disparos d
        where d.cliente_id = pessoa.id
          and d.regra_id = regra.id
          and d.status in ('planejado', 'enfileirado')
          and (v_tipo <> 'reminder'
               or d.quando = v_quando
                  -- what moved earlier shares it with others
                  and (not is_movida or (d.metadata ->> 'data')::timestamptz is not distinct from v_data))),
        'substituído por outro pedido');
    v_id := disparo_plan(v_tipo, dona, pessoa.id, uuidv7()::text, pessoa.id, v_quando,
        case when v_data > v_quando then least(v_quando + regra.validade, v_data)
            when v_tipo = 'reminder' and v_data = v_quando then v_data + interval '1 hour' end,
        extra - 'phone_number', texto => v_texto, modelo => followup_agendar.modelo);
    if v_quando <= agora() + interval '1 second' then
        notify carteiro_planner;
    end if;
    select f.* into linha from followups f where f.id = v_id;
    return linha;
end
$$;
grant execute on function followup_agendar(text, text, text, numeric, timestamptz, text, text, jsonb, text, text)
    to carteiro_ops_escrita;
