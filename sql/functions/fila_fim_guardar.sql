-- fila_fim_guardar: a finished message stays as it was sent, or not sent, when people UPDATE or
-- DELETE: it is the record of what was said to somebody. fila_months puts it on every month.
--
-- An UPDATE that meets it passes over it with a NOTICE, and does not count it: no error for losing a
-- race. Notes in metadata may be added. A change of status to anything but cancelada is refused.
create or replace function fila_fim_guardar()
returns trigger
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'fila_mensagens: % is % and stays as the record of it', old.id, old.status
            using errcode = '42501';
    end if;
    if new.status is distinct from old.status and new.status is distinct from 'cancelada' then
        raise exception 'status: the message is % and stays so', old.status
            using errcode = '23514', hint = 'fila_reprocessar(id) puts back a message that was not sent.';
    end if;
    if new.metadata is not distinct from old.metadata
            or (new.status, new.conteudo, new.prioridade, new.agendar_para, new.valido_ate, new.max_tentativas)
               is distinct from (old.status, old.conteudo, old.prioridade, old.agendar_para, old.valido_ate,
                   old.max_tentativas) then
        raise notice 'fila_mensagens: % is % already and stays so', old.id, old.status;
        return null;
    end if;
    return new;
end
$$;
