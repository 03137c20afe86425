-- proativo_low_occupancy: the day after that of `em` is open and has fewer than three appointments: how
-- many, whom to write to and why, and a flash offer with the free hours. Null otherwise.
create or replace function proativo_low_occupancy(empresa uuid, em timestamptz, out conteudo text, out valores jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_fuso constant text := (select e.fuso from empresas e where e.id = proativo_low_occupancy.empresa);
    v_dia constant date := (em at time zone v_fuso)::date + 1;
    v_de constant timestamptz := v_dia::timestamp at time zone v_fuso;
    v_ate constant timestamptz := (v_dia + 1)::timestamp at time zone v_fuso;
    v_nome constant text := formato_dia(v_dia) || ' (' || to_char(v_dia, 'DD/MM') || ')';
    v_agendadas bigint;
    livre record;
    contato record;
begin
    if feriado_e(v_dia, empresa) or not exists (
            select 1
            from horarios_atendimento h
            where h.empresa_id = proativo_low_occupancy.empresa and h.dia = extract(isodow from v_dia)) then
        return;
    end if;
    select count(*) into v_agendadas
    from agendamentos a
    where a.empresa_id = proativo_low_occupancy.empresa
      and a.inicio >= v_de and a.inicio < v_ate and a.status <> 'cancelado';
    if v_agendadas >= 3 then
        return;
    end if;
    livre := proativo_vagas(empresa, v_de, v_ate);
    contato := proativo_contatos(empresa, em, v_dia, 15);
    conteudo := proativo_blocos(array[
        '📉 A agenda de ' || v_nome || ' '
            || (array['ainda não tem consultas marcadas', 'tem só uma consulta marcada', 'tem só duas consultas marcadas'])[v_agendadas + 1] || '.',
        case when contato.total > 0 then
            '📞 ' || case when contato.total > 15 then 'Quem chamar primeiro:' else 'Quem chamar:' end
                || E'\n' || proativo_lista(contato.linhas, contato.total)
            else 'Ainda não há clientes com histórico para chamar.' end,
        E'⚡ Oferta relâmpago pronta:\n“Oi, {nome}! Abrimos horários ' || case when extract(isodow from v_dia) >= 6 then 'no ' else 'na ' end || v_nome
            || coalesce(': ' || livre.horas, '') || '. Quem agendar agora ganha 10% de desconto. É só responder esta mensagem. 💛”',
        'Envio essa campanha agora?']);
    valores := jsonb_build_object('agendadas', v_agendadas::text);
end
$$;
