-- fila_explicar_fim: what is to be said of a message that does not wait: being sent, uncertain, or over.
-- Part of fila_explicar.
create or replace function fila_explicar_fim(f fila_mensagens, out regra text, out motivo text, out ate timestamptz)
language plpgsql stable
as $$
begin
    regra := case
        when f.status = 'processando' then 'enviando'
        when f.status = 'incerta' then 'quarentena'
        when f.status = 'enviada' then 'enviada'
        when f.erro like 'optout%' then 'optout'
        when f.erro like 'sem_consentimento%' then 'consentimento'
        else f.status end;
    motivo := case f.status
        when 'processando' then 'está sendo enviada'
        when 'incerta' then coalesce(f.espera_motivo, 'resultado desconhecido: espera a confirmação da Meta')
        when 'enviada' then 'enviada' || case f.entrega when 'lida' then ' e lida' when 'entregue' then ' e entregue'
            when 'falhou' then ', mas a entrega falhou' else '' end
        when 'expirada' then 'não saiu a tempo: ' || coalesce(f.erro, 'passou de valido_ate')
        when 'cancelada' then case f.erro
            when 'optout' then 'cancelada: a pessoa pediu para não receber mensagens'
            when 'sem_consentimento' then 'cancelada: sem consentimento para marketing em vigor'
            else 'cancelada' || coalesce(': ' || f.erro, '') end
        else 'não foi enviada' || coalesce(': ' || f.erro, '') end;
    ate := case when f.status in ('processando', 'incerta') then f.reserva_ate else nullif(f.encerrada_em, 'infinity') end;
end
$$;
