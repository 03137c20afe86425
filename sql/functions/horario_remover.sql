-- horario_remover: takes opening hours away. Returns the row that was. Raises 22023 when there are none of this id.
create or replace function horario_remover(id bigint)
returns horarios_atendimento
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    fora horarios_atendimento;
begin
    delete from horarios_atendimento h where h.id = horario_remover.id returning h.* into fora;
    if fora.id is null then
        raise exception 'id: there is no horario %', coalesce(horario_remover.id::text, 'without an id') using errcode = '22023';
    end if;
    return fora;
end
$$;
grant execute on function horario_remover(bigint) to carteiro_ops_escrita;
