-- webhook_apply_template_category: template_category_update: Meta will move a template to another category (announced:
-- correct_category and when), or has (previous_category and new_category). The category decides price and limits;
-- what becomes marketing needs the consent of whoever gets it, so somebody has to look. Returns why it changed
-- nothing, else null.
create or replace function webhook_apply_template_category(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    conta constant contas := webhook_conta(evento);
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_certa constant text := lower(webhook_texto(corpo, '{correct_category}', 20));
    v_para constant timestamptz := webhook_instante(corpo, '{category_update_timestamp}');
    v_is_anuncio constant boolean := v_certa is not null or v_para is not null;
    v_nova constant text := case when v_is_anuncio then v_certa else lower(webhook_texto(corpo, '{new_category}', 20)) end;
    m modelos;
begin
    if v_nova is null or v_nova not in ('marketing', 'utility', 'authentication') then
        raise exception '%: expected MARKETING, UTILITY or AUTHENTICATION',
            case when v_is_anuncio then 'correct_category' else 'new_category' end using errcode = '22023';
    end if;
    m := webhook_modelo(conta.id, corpo);
    if m.id is null then
        return 'modelo desconhecido';
    end if;
    if m.categoria_em > v_em then
        return 'mais antigo do que o já sabido';
    end if;
    if v_is_anuncio then
        update modelos x
        set categoria_prevista = v_nova, categoria_prevista_para = v_para, categoria_em = v_em, updated_at = agora()
        where x.id = m.id;
    else
        update modelos x
        set categoria = v_nova, categoria_prevista = null, categoria_prevista_para = null, categoria_em = v_em,
            updated_at = agora()
        where x.id = m.id;
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (m.empresa_id, case when v_is_anuncio then 'modelo_categoria_anunciada' else 'modelo_categoria' end,
        'modelo ' || m.id, jsonb_build_object('de', m.categoria, 'para', v_nova, 'quando', coalesce(v_para, v_em)));
    perform aviso_note(m.empresa_id, 'modelo',
        format('modelo %s categoria %s %s %s', m.id, v_nova, v_is_anuncio, extract(epoch from v_em)),
        case when v_is_anuncio
            then 'A Meta vai mudar a categoria do modelo ' || m.nome || ' (' || m.idioma || ') de ' || m.categoria || ' para ' || v_nova
            else 'A Meta mudou a categoria do modelo ' || m.nome || ' (' || m.idioma || ') de ' || m.categoria || ' para ' || v_nova end
        || case when v_nova = 'marketing' then ': preço e limites mudam, e quem recebe precisa ter consentido.' else ': preço e limites mudam.' end,
        'modelo ' || m.id);
    return null;
end
$$;
