-- proativo_exclusao: why a campaign leaves people out, as the owner reads it behind their number.
create or replace function proativo_exclusao(motivo text)
returns text
language sql immutable parallel safe
as $$
    select case motivo
        when 'optout' then 'por pedido de não receber mensagens'
        when 'sem_telefone' then 'por falta de telefone'
        when 'sem_consentimento' then 'por falta de consentimento para marketing'
        when 'fora_da_janela_sem_modelo' then 'fora da janela de 24 horas, sem um modelo aprovado'
        else 'por falta de ' || replace(regexp_replace(motivo, '^sem_', ''), '_', ' ')
    end
$$;
