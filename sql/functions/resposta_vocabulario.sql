-- resposta_vocabulario: the question of resposta_classificar whose words answer this one of respostas.pergunta.
create or replace function resposta_vocabulario(pergunta text)
returns text
language sql immutable parallel safe
as $$
    select case pergunta when 'falta' then 'pos_servico' else pergunta end
$$;
