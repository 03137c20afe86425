-- campanha_erro_note: writes down that a person's message of a campaign failed, and why, as the list hears
-- of it. Only failures come here.
create or replace function campanha_erro_note()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_codigo integer;
    v_erro text;
begin
    -- encerrada_em opens one month
    select f.erro_codigo, f.erro into v_codigo, v_erro
    from fila_mensagens f
    where f.id = new.mensagem_id and f.encerrada_em = new.encerrada_em;
    insert into campanha_erros as e (campanha_id, cliente_id, classe, codigo, em)
    values (new.campanha_id, new.cliente_id, campanha_erro_classe(v_codigo, coalesce(v_erro, new.erro)), v_codigo, agora())
    on conflict (campanha_id, cliente_id) do update
    set classe = excluded.classe, codigo = excluded.codigo;
    return null;
end
$$;
create or replace trigger campanha_erro_note
    after update on campanha_destinatarios
    for each row
    when (new.status = 'erro' and new.encerrada_em is distinct from old.encerrada_em
        or new.entrega = 'falhou' and old.entrega is distinct from 'falhou')
    execute function campanha_erro_note();
