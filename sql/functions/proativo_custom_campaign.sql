-- proativo_custom_campaign: makes a draft campaign and says whom it would reach and who is left out.
-- Nothing of it leaves before a person calls campanha_iniciar.
--
-- data: targetAudience (inactive: 30 days without contact; vip: tag vip; all, which is also what is
-- taken when it is left out), message (else a built-in one), campaignType (primeiro_contato, followup,
-- promocional; anything else is promocional), modelo (template outside the 24 h window). Raises 22023
-- naming what is wrong.
create or replace function proativo_custom_campaign(empresa uuid, em timestamptz, data jsonb,
    out conteudo text, out valores jsonb, out campanha_id uuid)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_hoje constant date := (em at time zone (select e.fuso from empresas e where e.id = proativo_custom_campaign.empresa))::date;
    v_publico constant text := coalesce(data ->> 'targetAudience', 'all');
    v_mensagem text := nullif(btrim(data ->> 'message', E' \t\r\n'), '');
    v_nome text;
    v_previa jsonb;
    v_total bigint;
begin
    if v_publico not in ('inactive', 'vip', 'all') then
        raise exception 'targetAudience: expected inactive, vip or all, found "%"', v_publico using errcode = '22023';
    end if;
    v_mensagem := coalesce(v_mensagem, case v_publico
        when 'inactive' then 'Oi, {nome}! Sentimos sua falta por aqui. 💛 Que tal marcar um horário? Preparamos uma condição especial para a sua volta: é só responder esta mensagem.'
        when 'vip' then 'Oi, {nome}! Você é especial para a gente e, por isso, abrimos uma agenda exclusiva para você esta semana. 💛 Quer garantir seu horário? É só responder esta mensagem.'
        else 'Oi, {nome}! Temos novidades e horários especiais esta semana. 💛 Quer saber mais? É só responder esta mensagem.' end);
    v_nome := case v_publico when 'inactive' then 'Campanha para clientes sem contato há 30 dias'
        when 'vip' then 'Campanha para clientes VIP' else 'Campanha para todos os clientes' end
        || ' – ' || to_char(v_hoje, 'DD/MM/YYYY');
    campanha_id := (campanha_criar(
        nome => v_nome,
        tipo => case when data ->> 'campaignType' in ('primeiro_contato', 'followup', 'promocional') then data ->> 'campaignType'
            else 'promocional' end,
        mensagem_template => v_mensagem,
        filtro_tags => case v_publico when 'vip' then '{vip}'::text[] end,
        segmento => case v_publico when 'inactive' then 'inativos_30_dias' end,
        modelo => data ->> 'modelo',
        empresa => proativo_custom_campaign.empresa::text)).id;
    v_previa := campanha_previa(campanha_id);
    v_total := (v_previa ->> 'total')::bigint;
    conteudo := proativo_blocos(array[
        '📝 Rascunho pronto: “' || v_nome || '”',
        '👥 ' || formato_contagem(v_total, 'pessoa receberia', 'pessoas receberiam', 'Ninguém receberia') || ' se a campanha começasse agora.'
            || coalesce(E'\nFicam de fora:\n' || nullif(proativo_lista(array(
                select translate(to_char(x.value::bigint, 'FM999,999,990'), ',', '.') || ' ' || proativo_exclusao(x.key)
                from jsonb_each_text(v_previa -> 'excluidos') x
                order by x.value::bigint desc, x.key
                limit 8), 0), ''), ''),
        '✉️ Mensagem:' || E'\n“' || case when length(v_mensagem) > 2500 then left(v_mensagem, 2499) || '…' else v_mensagem end || '”',
        'Nada sai sem o seu sim: a campanha só começa quando alguém da equipe der o início. Posso seguir com ela?']);
    valores := jsonb_build_object('total', v_total::text);
end
$$;
