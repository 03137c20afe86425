-- fila_explicar_destinatario: why a person on a campaign's list has not got its message: left out, not queued
-- yet (the campaign is not started, paused, or has reached max_por_dia for today), or what fila_explicar
-- says of the message. The columns are those of fila_explicar.
create or replace function fila_explicar_destinatario(campanha uuid, cliente uuid)
returns table (status text, regra text, motivo text, ate timestamptz, atras_de bigint, previsao timestamptz,
    tipo text, proposito text, agendar_para timestamptz, valido_ate timestamptz, tentativas integer, historia jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    c campanhas;
    d campanha_destinatarios;
    fx carteiro.faixas;
    v_fuso text;
    v_hoje date;
    v_dias bigint;
begin
    select k.* into c from campanhas k where k.id = fila_explicar_destinatario.campanha;
    select x.* into d from campanha_destinatarios x where x.campanha_id = c.id and x.cliente_id = fila_explicar_destinatario.cliente;
    if d.cliente_id is null then
        raise exception 'cliente: not on the list of this campaign' using errcode = 'P0002';
    end if;
    if d.mensagem_id is not null and exists (select 1 from fila_mensagens f where f.id = d.mensagem_id) then
        return query select e.* from fila_explicar(d.mensagem_id) e;
        return;
    end if;
    select x.* into fx from carteiro.faixas x where x.id = c.faixa_id;
    select e.fuso into v_fuso from empresas e where e.id = c.empresa_id;
    v_hoje := (v_agora at time zone v_fuso)::date;
    status := d.status;
    tipo := c.tipo;
    proposito := fila_proposito(c.tipo, 'campanha', fx.proposito);
    valido_ate := c.valido_ate;
    historia := '[]';
    select count(*) into atras_de
    from campanha_destinatarios x
    where x.campanha_id = c.id and x.cliente_id < d.cliente_id and x.status = 'pendente';

    if d.status <> 'pendente' then
        regra := case when d.exclusao in ('optout') then 'optout' when d.exclusao = 'sem_consentimento' then 'consentimento' else d.status end;
        motivo := case d.status when 'excluido' then 'ficou fora da lista: ' || d.exclusao else d.status || coalesce(': ' || d.erro, '') end;
        atras_de := null;
    elsif c.status = 'pausada' then
        regra := 'pausa_campanha';
        motivo := 'campanha em pausa: ' || coalesce(fx.pausa_motivo, 'até ser retomada');
        ate := fx.pausada_ate;
    elsif c.status <> 'ativa' then
        regra := 'agendada';
        motivo := 'campanha ' || c.status;
        ate := c.agendar_para;
    elsif c.max_por_dia is not null and c.dia = v_hoje and c.envios_no_dia >= c.max_por_dia then
        v_dias := 1 + atras_de / c.max_por_dia;
        regra := 'max_por_dia';
        motivo := format('limite da campanha: %s por dia, já alcançado hoje', c.max_por_dia);
        ate := (v_hoje + v_dias::integer)::timestamp at time zone v_fuso;
        previsao := janela_proxima(c.empresa_id, proposito, null, ate);
    else
        regra := 'vez';
        motivo := 'na lista: entra na fila na sua vez';
    end if;
    return next;
end
$$;
grant execute on function fila_explicar_destinatario(uuid, uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
