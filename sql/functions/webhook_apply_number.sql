-- webhook_apply_number: phone_number_quality_update: what Meta says of a number is kept. THROUGHPUT_UPGRADE lets it send
-- 1,000 a second; a number that a person made slower than Meta's old limit (72/s, our default for its 80) stays so,
-- and they are told. A current_limit is the reach of its portfolio. Returns why it changed nothing, else null.
--
-- The number is known by what it displays; where we do not know that, by being the only one of its account.
create or replace function webhook_apply_number(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    conta constant contas := webhook_conta(evento);
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_evento constant text := upper(webhook_texto(corpo, '{event}', 60));
    v_limite constant text := webhook_texto(corpo, '{current_limit}', 40);
    v_fone constant text := '+' || wa_id_ler(webhook_texto(corpo, '{display_phone_number}'));
    v_alcance constant integer := webhook_alcance(v_limite);
    v_taxa constant double precision := 1000;
    v_chave text;
    n numeros;
begin
    if v_evento is null then
        raise exception 'event: expected what happened to the number' using errcode = '22023';
    end if;
    select x.* into n
    from numeros x
    where x.conta_id = conta.id
      and (telefone_chave(x.telefone) = telefone_chave(v_fone)
           or x.telefone is null and not exists (select 1 from numeros y where y.conta_id = conta.id and y.id <> x.id))
    order by x.telefone is null, x.id
    limit 1
    for no key update;
    if n.id is null then
        return 'display_phone_number: nenhum número desta conta';
    end if;
    if v_alcance is not null then
        perform webhook_reach(conta.portfolio_id, v_alcance, v_em, true);
    end if;
    if n.qualidade_em > v_em then
        return 'mais antigo do que o já sabido';
    end if;
    update numeros x
    set qualidade        = left(v_evento, 60),
        qualidade_limite = v_limite,
        qualidade_em     = v_em,
        telefone         = coalesce(x.telefone, v_fone),
        taxa             = case when v_evento = 'THROUGHPUT_UPGRADE' and (x.taxa is null or x.taxa >= 72)
                               then greatest(x.taxa, v_taxa) else x.taxa end
    where x.id = n.id;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (n.empresa_id, 'numero_qualidade', 'numero ' || n.id,
        jsonb_build_object('de', n.qualidade, 'para', v_evento, 'limite', v_limite, 'em', v_em));
    v_chave := format('numero %s %s %s', n.id, v_evento, extract(epoch from v_em));
    if v_evento = 'THROUGHPUT_UPGRADE' then
        perform fila_wake();
        if n.taxa < 72 then
            perform aviso_note(n.empresa_id, 'numero', v_chave,
                'A Meta liberou 1.000 mensagens por segundo para este número; a taxa configurada, menor, continua valendo.',
                'numero ' || n.id, null, jsonb_build_object('taxa', n.taxa));
        end if;
    elsif v_evento in ('FLAGGED', 'DOWNGRADE') then
        perform aviso_note(n.empresa_id, 'numero', v_chave, case v_evento
            when 'FLAGGED' then 'A qualidade deste número caiu: a Meta pode baixar o limite dele.'
            else 'A Meta baixou o limite deste número' || coalesce(' para ' || v_limite, '') || '.' end, 'numero ' || n.id);
    end if;
    return null;
end
$$;
