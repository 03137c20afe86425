-- webhook_status_person: whose message this status is about: by our key, else by its wamid, else whom Meta names
-- (recipient_id, recipient_user_id) among the people of the number's company; null when nobody is known.
create or replace function webhook_status_person(evento webhook_eventos)
returns uuid
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_desde constant timestamptz := agora() - interval '31 days';
    v_depois constant timestamptz := agora() + interval '1 day';
    v_mensagem constant uuid := (webhook_targets(array[webhook_chave_mensagem(evento.chave)], array[evento.wamid],
        v_desde, v_depois))[1];
    v_empresa uuid;
    v_corpo jsonb;
    v_nome text;
    achada uuid;
begin
    select f.cliente_id into achada from fila_ativa f where f.id = v_mensagem;
    if achada is null then
        select f.cliente_id into achada
        from fila_mensagens f
        where f.id = v_mensagem and f.encerrada_em between v_desde and v_depois;
    end if;
    if achada is not null then
        return (select c.id from clientes c where c.id = achada);
    end if;
    select n.empresa_id into v_empresa from numeros n where n.identificador = evento.phone_number_id;
    if v_empresa is null then
        return null;
    end if;
    begin
        v_corpo := evento.corpo::jsonb;
    exception
        when others then
            return null;
    end;
    foreach v_nome in array array[
        bsuid_ler(webhook_texto(v_corpo, '{recipient_user_id}')),
        bsuid_ler(webhook_texto(v_corpo, '{recipient_id}')),
        wa_id_ler(webhook_texto(v_corpo, '{recipient_id}'))] loop
        if v_nome is not null then
            select i.pessoa into achada
            from identidade_find(v_empresa, v_nome, coalesce(evento.ocorrido_em, evento.recebido_em)) i
            where not i.is_antiga;
        end if;
        exit when achada is not null;
    end loop;
    return achada;
end
$$;
