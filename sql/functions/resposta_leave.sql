-- resposta_leave: the person asked not to be written to (optout), or the number is somebody else's (numero_errado):
-- suppressed for the whole company, what waits is cancelled, and one text says so. Said again: nothing more.
--
-- A wrong number is also told to a person, who has the right one to find.
create or replace function resposta_leave(r respostas, classe text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    pessoa clientes;
begin
    select c.* into pessoa from clientes c where c.id = r.cliente_id;
    perform supressao_aplicar(r.empresa_id, (select n from supressao_nomes(pessoa.id) n limit 1), -- and by all other names
        case resposta_leave.classe when 'optout' then 'pediu para sair' else 'número errado' end, 'whatsapp');
    perform resposta_audit(r, resposta_leave.classe);
    if pessoa.status <> 'optout' then
        perform resposta_send(r, case resposta_leave.classe when 'optout' then 'resposta_saida' else 'resposta_engano' end);
    end if;
    perform resposta_done(r.id, 'suprimir');
    if resposta_leave.classe = 'numero_errado' then
        perform resposta_ask(r.id, 'o número é de outra pessoa: confira o cadastro');
    end if;
end
$$;
