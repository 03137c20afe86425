-- resposta_volta: whether somebody who asked not to be written to says, in so many words, that they want to be again.
create or replace function resposta_volta(cliente_id uuid, texto text)
returns boolean
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return coalesce(resposta_normalizar(texto) ~ '^( (oi|ola|por favor|quero|queria|gostaria de|posso|pode))* (voltar|voltar a receber|volta|iniciar|cadastrar|receber|receber de novo|start)( (por favor|obrigado|mensagens|as mensagens))* $', false)
        and exists (select 1 from clientes c where c.id = resposta_volta.cliente_id and c.status = 'optout');
end
$$;
