-- webhook_apply_template_status: message_template_status_update: Meta approved, refused, paused or disabled a template.
-- Its situacao says so (the claim lets nothing of it go unless it is aprovado), with the reason; a pause or its
-- end is also a pause that people see. Returns why it changed nothing, else null.
create or replace function webhook_apply_template_status(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    conta constant contas := webhook_conta(evento);
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_evento constant text := upper(webhook_texto(corpo, '{event}', 60));
    v_titulo constant text := upper(webhook_texto(corpo, '{other_info,title}', 60));
    -- "PAUSED" with the title UNPAUSE is the end of a pause
    v_estado constant text := case when v_titulo in ('UNPAUSE', 'DISABLED') then v_titulo else v_evento end;
    v_nova constant text := modelo_situacao_meta(v_estado);
    v_porque text;
    m modelos;
begin
    if v_evento is null then
        raise exception 'event: expected what happened to the template' using errcode = '22023';
    end if;
    m := webhook_modelo(conta.id, corpo);
    if m.id is null then
        return 'modelo desconhecido';
    end if;
    v_porque := left(concat_ws(': ', v_estado, nullif(nullif(upper(coalesce(webhook_texto(corpo, '{reason}'), '')), 'NONE'), ''),
        nullif(v_titulo, v_estado), coalesce(webhook_texto(corpo, '{rejection_info,reason}', 1000),
            webhook_texto(corpo, '{other_info,description}', 1000), webhook_texto(corpo, '{disable_info,disable_date}'))), 500);
    if v_nova is null then
        perform aviso_note(m.empresa_id, 'modelo', format('modelo %s %s %s', m.id, v_estado, extract(epoch from v_em)),
            'A Meta avisou sobre o modelo ' || m.nome || ' (' || m.idioma || '): ' || v_porque, 'modelo ' || m.id);
        return null;
    end if;
    if m.situacao_em > v_em then
        return 'mais antigo do que o já sabido';
    end if;
    update modelos x
    set situacao = v_nova, situacao_em = v_em, situacao_motivo = case when v_nova <> 'aprovado' then v_porque end,
        updated_at = agora()
    where x.id = m.id;
    if m.situacao <> v_nova then
        insert into auditoria (empresa_id, action, alvo, payload)
        values (m.empresa_id, 'modelo_situacao', 'modelo ' || m.id,
            jsonb_build_object('de', m.situacao, 'para', v_nova, 'motivo', v_porque, 'em', v_em));
    end if;
    if v_nova = 'aprovado' then
        perform webhook_lift(m.empresa_id, 'modelo', m.id, v_porque);
        if m.situacao <> v_nova then
            perform fila_wake();
        end if;
    elsif v_nova in ('pausado', 'rejeitado', 'desativado') then
        perform webhook_hold(m.empresa_id, 'modelo', m.id, 'a Meta não deixa usar o modelo: ' || v_porque, null);
        perform aviso_note(m.empresa_id, 'modelo', format('modelo %s %s %s', m.id, v_estado, extract(epoch from v_em)),
            'A Meta não deixa usar o modelo ' || m.nome || ' (' || m.idioma || '): ' || v_porque
            || '. As mensagens dele esperam.', 'modelo ' || m.id);
    end if;
    return null;
end
$$;
