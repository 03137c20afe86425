-- fila_proposito: what a message is for, which decides its windows and limits: an answer is an answer;
-- else what its lane is for (`da_faixa`; null for lane 0); else what its tipo says.
create or replace function fila_proposito(tipo text, origem text, da_faixa text)
returns text
language sql immutable parallel safe
as $$
    select case
        when tipo = 'resposta' then 'resposta'
        when da_faixa is not null then da_faixa
        when tipo in ('primeiro_contato', 'promocional', 'campanha') or origem = 'campanha' then 'marketing'
        when tipo = 'proativa' then 'dono'
        else 'transacional'
    end
$$;
