-- proativo_inactive_clients: who has been without contact for more than 30 days (the first ten, with
-- phone and pets), and a text that would win them back. Null when there is nobody.
create or replace function proativo_inactive_clients(empresa uuid, em timestamptz, out conteudo text, out valores jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_hoje constant date := (em at time zone (select e.fuso from empresas e where e.id = proativo_inactive_clients.empresa))::date;
    v_total bigint;
    v_linhas text[];
begin
    select max(i.total), array_agg(concat_ws(' – ', coalesce(formato_nome(i.nome), 'Sem nome'), formato_telefone(i.telefone), case when pet.quantos > 0
            then case pet.quantos when 1 then 'pet: ' else 'pets: ' end || pet.nomes end,
        case when i.is_cadastro then 'sem contato desde o cadastro, em ' else 'último contato em ' end
            || formato_data(i.desde, v_hoje)) order by i.lugar)
    into v_total, v_linhas
    from proativo_inativos(empresa, em) i
    cross join lateral (
        select count(*) as quantos, formato_enumerar((array_agg(formato_nome(p.nome) order by p.created_at, p.id))[:3]) as nomes
        from pets p
        where p.cliente_id = i.cliente_id) as pet
    where i.lugar <= 10;
    if v_total is null then
        return;
    end if;
    conteudo := proativo_blocos(array[
        '😴 ' || formato_contagem(v_total, 'cliente está', 'clientes estão') || ' sem contato há mais de 30 dias.',
        case when v_total = 1 then 'Quem é:' when v_total <= 10 then 'Quem são:' else 'Os dez primeiros:' end
            || E'\n' || proativo_lista(v_linhas, v_total),
        E'✍️ Sugestão de mensagem:\n“Oi, {nome}! Sentimos sua falta por aqui. 💛 Que tal marcar um horário esta semana? É só responder esta mensagem.”',
        'Posso criar essa campanha para você?']);
    valores := jsonb_build_object('total', v_total::text);
end
$$;
