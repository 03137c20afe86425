-- fila_ativa_guardar: what people may do to a live row by plain UPDATE and DELETE.
--
-- A row in processando is its sender's: UPDATE passes over it with a NOTICE, so that the count
-- that psql prints is exact; DELETE is refused. status may become cancelada and nothing else;
-- back from a final state leads fila_reprocessar. A new text is checked and filled as at INSERT.
create or replace function fila_ativa_guardar()
returns trigger
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    pessoa clientes;
begin
    if tg_op = 'DELETE' then
        if old.status = 'processando' then
            raise exception 'fila_mensagens: % is being sent; it cannot be deleted now', old.id using errcode = '55006';
        end if;
        return old;
    end if;
    if old.status = 'processando' then
        raise notice 'fila_mensagens: % is being sent and stays as it is', old.id;
        return null;
    end if;
    if new.status is distinct from old.status and new.status <> 'cancelada' then
        raise exception 'status: by hand a waiting message may only become cancelada, found "%"', new.status
            using errcode = '23514', hint = 'fila_reprocessar(id) puts a finished message back.';
    end if;
    if not isfinite(new.agendar_para) or not isfinite(new.valido_ate) then
        raise exception '%: expected an instant, found infinity',
            case when isfinite(new.agendar_para) then 'valido_ate' else 'agendar_para' end using errcode = '23514';
    end if;
    if new.prioridade not between 1 and 10 then
        raise exception 'prioridade: expected 1 to 10, found %', new.prioridade using errcode = '23514';
    end if;
    if new.conteudo is distinct from old.conteudo then
        select c.* into pessoa from clientes c where c.id = old.cliente_id;
        new.conteudo := texto_preencher(new.conteudo, pessoa, new.metadata);
    end if;
    if new.status = 'cancelada' then
        new.reserva_ate := null;
    end if;
    return new;
end
$$;
create or replace trigger fila_ativa_guardar
    before update or delete on fila_ativa
    for each row
    when (current_user <> 'carteiro_owner')
    execute function fila_ativa_guardar();
