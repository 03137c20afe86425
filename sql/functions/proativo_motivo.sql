-- proativo_motivo: why a message to an owner failed, as people read it: the firing's reason, and where
-- it waited until too late, what held it.
create or replace function proativo_motivo(status text, motivo text, espera text)
returns text
language sql immutable parallel safe
as $$
    select case
        when status = 'expirado' then 'não saiu a tempo: ' || coalesce(espera, 'passou da validade')
        when motivo = 'optout' then 'o dono pediu para não receber mensagens'
        when motivo = 'sem_numero' then 'a empresa não tem número de envio'
        when motivo = 'sem_telefone' then 'o dono não tem telefone'
        when motivo = 'fora_da_janela_sem_modelo' then 'fora da janela de 24 horas, e a conta não tem o modelo aprovado'
        else coalesce(motivo, 'falhou sem explicação')
    end
$$;
