-- fila_explicar_regra: the rule that decides about this message now: its name, in words, until when, and
-- whether only a person or an unknown event ends it (`is_sem_fim`). The part of fila_explicar that judges,
-- in the order of the claim.
create or replace function fila_explicar_regra(f fila_mensagens, proposito text, em timestamptz,
    out regra text, out motivo text, out ate timestamptz, out is_sem_fim boolean)
language plpgsql stable
as $$
declare
    pessoa clientes;
    cv conversas;
    v_fuso text;
    v_modo text := (select m.modo from modo_envio m where m.unico);
begin
    is_sem_fim := false;
    if f.status <> 'pendente' then
        select x.regra, x.motivo, x.ate into regra, motivo, ate from fila_explicar_fim(f) x;
        is_sem_fim := true;
        return;
    end if;
    select c.* into pessoa from clientes c where c.id = f.cliente_id;
    select c.* into cv from conversas c where c.cliente_id = f.cliente_id and c.numero_id = f.numero_id and c.status = 'ativa';
    v_fuso := fuso_valido(pessoa.fuso, f.empresa_id);

    select p.regra, p.motivo, p.ate into regra, motivo, ate from fila_explicar_pausa(f, em) p;
    if regra is not null then
        is_sem_fim := ate is null;
    elsif pessoa.id is null or pessoa.status = 'optout' and f.tipo <> 'resposta' then
        regra := 'optout';
        motivo := 'a pessoa pediu para não receber mensagens: será cancelada';
        is_sem_fim := true;
    elsif not pessoa.marketing_permitido
            and (f.tipo in ('primeiro_contato', 'promocional', 'campanha') or f.origem = 'campanha') then
        regra := 'consentimento';
        motivo := 'sem consentimento para marketing em vigor: será cancelada';
        is_sem_fim := true;
    elsif f.agendar_para > em and f.espera_motivo like 'a Meta limitou o marketing%' then
        regra := 'limite_meta';
        motivo := f.espera_motivo;
        ate := f.agendar_para;
    elsif f.agendar_para > em and f.espera_motivo like 'limite de frequência%' then
        regra := 'frequencia';
        motivo := f.espera_motivo;
        ate := f.agendar_para;
    elsif cv.controlada_por = 'humano' and f.origem in ('campanha', 'regra', 'agendamento') and f.tipo <> 'resposta' then
        regra := 'humano';
        motivo := 'a conversa está com uma pessoa; sai quando for devolvida (conversa_devolver)';
        is_sem_fim := true;
    elsif f.agendar_para > em and f.espera_motivo like 'destino fora de sender.only_to%' then
        regra := 'only_to';
        motivo := 'o destino não está na lista sender.only_to';
        is_sem_fim := true;
    elsif not janela_aberta(f.empresa_id, proposito, v_fuso, greatest(f.agendar_para, em)) then
        regra := 'janela';
        ate := janela_proxima(f.empresa_id, proposito, v_fuso, greatest(f.agendar_para, em));
        motivo := format('fora da janela de envio (%s)', proposito)
            || coalesce(' até ' || to_char(ate at time zone v_fuso, 'DD/MM HH24:MI'), ': nenhuma abre no próximo ano');
        is_sem_fim := ate is null;
    elsif f.agendar_para > em and f.espera_motivo like 'fora da janela de envio%' then
        regra := 'janela';
        motivo := f.espera_motivo;
        ate := f.agendar_para;
    elsif f.agendar_para > em and f.espera_motivo like '%portfólio' and f.espera_motivo not like 'sem Redis%' then
        regra := 'alcance';
        motivo := f.espera_motivo;
        ate := f.agendar_para;
    elsif v_modo = 'degradado' and proposito = 'marketing' then
        regra := 'redis';
        motivo := 'modo degradado: sem Redis, marketing espera até ele voltar';
        is_sem_fim := true;
    elsif f.agendar_para > em then
        regra := case when f.espera_motivo like 'sem Redis%' then 'redis'
            when f.espera_motivo is not null then 'espera' else 'agendada' end;
        motivo := coalesce(f.espera_motivo, 'agendada para ' || to_char(f.agendar_para at time zone v_fuso, 'DD/MM HH24:MI'));
        ate := f.agendar_para;
    elsif v_modo = 'degradado' then
        regra := 'redis';
        motivo := 'modo degradado: sem Redis, o número envia à metade do ritmo';
    else
        regra := 'vez';
        motivo := 'pronta: sai na próxima vez do número';
    end if;
end
$$;
