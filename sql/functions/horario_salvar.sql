-- horario_salvar: opening hours of an ISO day (1 Monday to 7 Sunday), in the company's zone, cut into slots of
-- `duracao_min`; of one professional, or (left out) of the company. Hours of that day that begin at the
-- same time are replaced. Returns the row. Raises 22023 naming the argument.
create or replace function horario_salvar(dia integer, inicio time, fim time, duracao_min integer default null,
    profissional text default null, empresa text default null)
returns horarios_atendimento
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(horario_salvar.empresa);
    salvo horarios_atendimento;
begin
    if horario_salvar.dia is null or horario_salvar.dia not between 1 and 7 then
        raise exception 'dia: expected 1 (Monday) to 7 (Sunday), found %', coalesce(horario_salvar.dia::text, 'nothing')
            using errcode = '22023';
    end if;
    if horario_salvar.inicio is null or horario_salvar.fim is null or horario_salvar.inicio >= horario_salvar.fim then
        raise exception 'fim: expected a time after inicio' using errcode = '22023';
    end if;
    if horario_salvar.duracao_min not between 5 and 1440 then
        raise exception 'duracao_min: expected 5 to 1440, found %', horario_salvar.duracao_min using errcode = '22023';
    end if;
    delete from horarios_atendimento h
    where h.empresa_id = v_dona
      and h.dia = horario_salvar.dia
      and h.inicio = horario_salvar.inicio
      and h.profissional is not distinct from nullif(btrim(horario_salvar.profissional), '');
    insert into horarios_atendimento (empresa_id, profissional, dia, inicio, fim, duracao_min)
    values (v_dona, nullif(btrim(horario_salvar.profissional), ''), horario_salvar.dia, horario_salvar.inicio,
        horario_salvar.fim, coalesce(horario_salvar.duracao_min, 60))
    returning * into salvo;
    return salvo;
end
$$;
grant execute on function horario_salvar(integer, time, time, integer, text, text) to carteiro_ops_escrita;
