-- webhook_apply_error: Meta reports an error of a number without saying of which message (value.errors). Throttling
-- slows the number (130429), its account or app (4, 613, 80007) as the same code does as an answer; what stops a
-- number or an account pauses it. Other codes change nothing. Returns why it changed nothing, else null.
--
-- Nothing tells a repetition: the same error of a number within ten seconds is one.
create or replace function webhook_apply_error(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    numero constant numeros := webhook_numero(evento);
    v_escopo constant text := webhook_escopo(evento.codigo);
begin
    if evento.codigo is null then
        return 'code: expected a Graph error';
    end if;
    if evento.codigo not in (4, 613, 80007, 130429) and coalesce(v_escopo, 'modelo') = 'modelo' then
        return null;
    end if;
    if evento.phone_number_id is null and (evento.codigo = 130429 or v_escopo = 'numero') then
        return 'phone_number_id: expected the number that it is about';
    end if;
    if coalesce(evento.ocorrido_em, evento.recebido_em) < agora() - interval '10 minutes' then
        return 'antigo';
    end if;
    if not webhook_once(format('erro %s %s %s', numero.id, evento.codigo, extract(epoch from evento.ocorrido_em)),
            interval '10 seconds') then
        return null;
    end if;
    if v_escopo is null then
        perform fila_throttled(numero.id, case evento.codigo when 130429 then 'numero' else 'conta' end);
    else
        perform fila_pause_put(numero.empresa_id, v_escopo, case v_escopo when 'numero' then numero.id else numero.conta_id end,
            evento.codigo, erro_descrever(evento.codigo) || ' (código ' || evento.codigo || ')',
            jsonb_build_object('webhook', evento.id));
    end if;
    return null;
end
$$;
