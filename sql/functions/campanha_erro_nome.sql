-- campanha_erro_nome: a class of failures, in words.
create or replace function campanha_erro_nome(classe text)
returns text
language sql immutable parallel safe
as $$
    select case classe
        when 'passageiro' then 'falha passageira'
        when 'conteudo' then 'mensagem ou modelo com defeito'
        when 'conta' then 'número ou conta com problema'
        when 'destinatario' then 'destino que não recebe'
        when 'limite_pessoa' then 'limite de marketing da Meta por pessoa'
        when 'optout' then 'pessoa que não quer receber'
        when 'incerto' then 'sem confirmação da Meta'
        else 'outro erro'
    end
$$;
