-- sender_gone: a sender that ends says so: it counts no more, from now on and not in 15 s.
create or replace function sender_gone(nome text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    delete from trabalhadores t where t.nome = sender_gone.nome;
end
$$;
grant execute on function sender_gone(text) to carteiro_sender;
