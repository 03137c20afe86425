-- api_horario_remover: POST /horarios/{id}/remover. Answers the row that was.
create or replace function api_horario_remover(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_id constant bigint := api_id_numero(p);
begin
    if not exists (select from horarios_atendimento h where h.id = v_id) then
        raise exception 'id: there are no such hours' using errcode = 'P0002';
    end if;
    return to_jsonb(h) - 'empresa_id' from horario_remover(v_id) h;
end
$$;
grant execute on function api_horario_remover(jsonb, jsonb) to carteiro_api;
