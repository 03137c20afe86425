-- horario_remover: takes opening hours away. Raises 22023 when there are none of this id.
create or replace function horario_remover(id bigint)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    delete from horarios_atendimento h where h.id = horario_remover.id;
    if not found then
        raise exception 'id: there is no horario %', coalesce(horario_remover.id::text, 'without an id') using errcode = '22023';
    end if;
end
$$;
grant execute on function horario_remover(bigint) to carteiro_ops_escrita;
