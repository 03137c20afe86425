-- webhook_apply_template_quality: message_template_quality_update: what people make of a template (GREEN, YELLOW, RED,
-- UNKNOWN) is kept; below GREEN somebody has to look. Returns why it changed nothing, else null.
create or replace function webhook_apply_template_quality(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    conta constant contas := webhook_conta(evento);
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_nota constant text := upper(webhook_texto(corpo, '{new_quality_score}', 20));
    m modelos;
begin
    if v_nota is null or v_nota not in ('GREEN', 'YELLOW', 'RED', 'UNKNOWN') then
        raise exception 'new_quality_score: expected GREEN, YELLOW, RED or UNKNOWN' using errcode = '22023';
    end if;
    m := webhook_modelo(conta.id, corpo);
    if m.id is null then
        return 'modelo desconhecido';
    end if;
    if m.qualidade_em > v_em then
        return 'mais antigo do que o já sabido';
    end if;
    update modelos x set qualidade = v_nota, qualidade_em = v_em, updated_at = agora() where x.id = m.id;
    if v_nota in ('YELLOW', 'RED') and m.qualidade is distinct from v_nota then
        perform aviso_note(m.empresa_id, 'modelo', format('modelo %s qualidade %s %s', m.id, v_nota, extract(epoch from v_em)),
            'A qualidade do modelo ' || m.nome || ' (' || m.idioma || ') caiu para '
            || case v_nota when 'RED' then 'baixa: a Meta pode pausá-lo.' else 'média.' end, 'modelo ' || m.id);
    end if;
    return null;
end
$$;
