-- disparo_exclusao: why a firing does not reach this person now; null when it does. In this order:
-- optout, sem_telefone (nor a user id), sem_consentimento (marketing), sem_<chave> (a placeholder of the body that will
-- go has no value), fora_da_janela_sem_modelo.
--
-- The body that will go: the text while the 24 h window is open (`aberta`), else the template; null
-- `chaves`, null `chaves_modelo`: no such body. `dados`: the template's values were given.
create or replace function disparo_exclusao(pessoa clientes, proposito text, valores jsonb, aberta boolean,
    chaves text[], chaves_modelo text[], dados boolean)
returns text
language plpgsql stable
as $$
begin
    return case
        when pessoa.id is null then 'cliente não existe mais'
        when pessoa.status = 'optout' then 'optout'
        when pessoa.telefone is null and carteiro.cliente_destino(pessoa) is null then 'sem_telefone'
        when proposito = 'marketing' and not pessoa.marketing_permitido then 'sem_consentimento'
        when aberta and chaves is not null then 'sem_' || carteiro.campanha_falta(pessoa, valores, chaves)
        when chaves_modelo is null then 'fora_da_janela_sem_modelo'
        when not dados then 'sem_' || carteiro.campanha_falta(pessoa, valores, chaves_modelo)
    end;
end
$$;
