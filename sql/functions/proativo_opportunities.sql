-- proativo_opportunities: the three days after that of `em`: confirmed appointments, free slots, regular
-- customers who are likely due and why, and what could be done. Null when there is none of it.
create or replace function proativo_opportunities(empresa uuid, em timestamptz, out conteudo text, out valores jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_fuso constant text := (select e.fuso from empresas e where e.id = proativo_opportunities.empresa);
    v_hoje constant date := (em at time zone v_fuso)::date;
    v_de constant timestamptz := (v_hoje + 1)::timestamp at time zone v_fuso;
    v_ate constant timestamptz := (v_hoje + 4)::timestamp at time zone v_fuso;
    v_confirmadas bigint;
    v_abertas bigint;
    v_devidos text[];
    v_nomes bigint;
    livre record;
begin
    select count(*) filter (where a.status = 'confirmado'), count(*) filter (where a.status = 'agendado')
    into v_confirmadas, v_abertas
    from agendamentos a
    where a.empresa_id = proativo_opportunities.empresa and a.inicio >= v_de and a.inicio < v_ate;
    livre := proativo_vagas(empresa, v_de, v_ate);
    select coalesce(array_agg(concat(coalesce(formato_nome(d.nome), 'Sem nome'), ' – ', formato_telefone(d.telefone), ': ',
            proativo_habito(d.intervalo, d.ultima, v_hoje)) order by d.lugar), '{}'),
        coalesce(max(d.total), 0)
    into v_devidos, v_nomes
    from (
        select v.*, row_number() over (order by v.ultima + v.intervalo, v.nome, v.cliente_id) as lugar, count(*) over () as total
        from proativo_visitas(empresa, em, v_hoje + 3) v
        where v.is_devido
        order by lugar
        limit 10) as d;
    if v_confirmadas + v_abertas + livre.total + v_nomes = 0 then
        return;
    end if;
    conteudo := proativo_blocos(array[
        '💡 Oportunidades de ' || to_char(v_hoje + 1, 'DD/MM') || ' a ' || to_char(v_hoje + 3, 'DD/MM'),
        concat_ws(E'\n',
            '✅ ' || formato_contagem(v_confirmadas, 'consulta confirmada', 'consultas confirmadas', 'Nenhuma consulta confirmada'),
            case when v_abertas > 0 then '⏳ ' || formato_contagem(v_abertas, 'consulta aguarda', 'consultas aguardam') || ' confirmação' end,
            '🕐 ' || formato_contagem(livre.total, 'horário livre', 'horários livres', 'Nenhum horário livre'),
            nullif(proativo_lista(livre.dias, 0), '')),
        case when v_nomes > 0 then '🔁 ' || formato_contagem(v_nomes, 'cliente deve', 'clientes devem') || E' voltar nesses dias:\n'
            || proativo_lista(v_devidos, v_nomes) end,
        E'🎯 O que dá para fazer:\n' || proativo_lista(array_remove(array[
            case when v_nomes > 0 and livre.total > 0 then 'Oferecer um horário a quem deve voltar' end,
            case when v_nomes > 0 and livre.total = 0 then 'Avisar quem deve voltar e combinar uma data' end,
            case when v_nomes = 0 and livre.total > 0 then 'Divulgar os horários livres a quem não vem há mais de 30 dias' end,
            case when v_abertas > 0 then 'Pedir a confirmação de quem ainda não respondeu' end,
            case when v_confirmadas > 0 then 'Convidar quem vem nesses dias a já marcar o próximo horário' end], null), 0),
        'Quer que eu crie essas campanhas?']);
    valores := jsonb_build_object('confirmadas', v_confirmadas::text, 'livres', livre.total::text);
end
$$;
