-- fila_pause_auto: Meta stopped the number, the account or the template of this message: nothing of
-- it leaves until `ate`; then one message tries whether it is over (a probe, see fila_claim). Returns
-- when that may be; null when there is nothing to pause, infinity when only a person can end it.
--
-- A minute, doubled by each probe that failed up to an hour; an hour and up to a day where Meta's
-- measure lasts (spam 131048, policy 368, locked 131031, classification 131064). What several
-- senders say of the same outage, while its pause lasts, is one; a graver code makes it longer. A
-- person's pause of the same target, while it lasts, is not touched.
--
-- No probe helps a template that Meta disabled (132016: desativado) or refuses for its content
-- (132007: pausado, until it was changed): that is its situacao, which modelo_salvar and `carteiro
-- modelo sincronizar` mend.
create or replace function fila_pause_auto(mensagem uuid, escopo text, codigo integer, motivo text)
returns timestamptz
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_alvo record;
    v_motivo text;
begin
    if escopo not in ('numero', 'conta', 'modelo') then
        raise exception 'escopo: expected numero, conta or modelo, found "%"', escopo using errcode = '22023';
    end if;
    v_motivo := coalesce(nullif(btrim(motivo), ''), erro_descrever(codigo), 'a Meta recusou');
    if position(codigo::text in v_motivo) = 0 then
        v_motivo := v_motivo || ' (código ' || codigo || ')';
    end if;
    select * into v_alvo from fila_pause_target(mensagem);
    if v_alvo.numero_id is null or escopo = 'modelo' and v_alvo.modelo_id is null then
        return null;
    end if;

    if escopo = 'modelo' and codigo in (132007, 132016) then
        update modelos m
        set situacao = case codigo when 132016 then 'desativado' else 'pausado' end, updated_at = v_agora
        where m.id = v_alvo.modelo_id
          and m.situacao <> all (case codigo when 132016 then '{desativado}' else '{desativado,pausado}'::text[] end);
        if found then
            insert into auditoria (empresa_id, action, alvo, payload)
            values (v_alvo.empresa_id, 'modelo_recusado', 'modelo ' || v_alvo.modelo_id,
                jsonb_build_object('motivo', v_motivo, 'codigo', codigo, 'mensagem', mensagem));
        end if;
        return 'infinity';
    end if;

    return fila_pause_put(v_alvo.empresa_id, escopo,
        case escopo when 'conta' then v_alvo.conta_id when 'numero' then v_alvo.numero_id else v_alvo.modelo_id end,
        codigo, v_motivo, jsonb_build_object('mensagem', mensagem));
end
$$;
grant execute on function fila_pause_auto(uuid, text, integer, text) to carteiro_sender;
