-- horario_salvar: opening hours on these days, in the company's zone, cut into slots of `duracao_min` (60); of
-- one professional, or (left out) of the company. `dias` as dias_ler has them, hours as hora_ler has them. Hours
-- of theirs that these overlap are replaced. Returns the rows. Raises 22023 naming the argument.
create or replace function horario_salvar(dias text, inicio text, fim text, duracao_min integer default null,
    profissional text default null, empresa text default null)
returns setof horarios_atendimento
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(horario_salvar.empresa);
    v_dias constant smallint[] := dias_ler(horario_salvar.dias);
    v_inicio constant time := hora_ler('inicio', horario_salvar.inicio);
    v_fim constant time := hora_ler('fim', horario_salvar.fim);
    v_quem constant text := nullif(btrim(horario_salvar.profissional), '');
    v_min constant integer := coalesce(horario_salvar.duracao_min, 60);
begin
    if v_min not between 5 and 1440 then
        raise exception 'duracao_min: expected 5 to 1440, found %', v_min using errcode = '22023';
    end if;
    if v_fim - v_inicio < make_interval(mins => v_min) then
        raise exception 'fim: expected an hour after inicio, with room for % minutes', v_min using errcode = '22023';
    end if;
    delete from horarios_atendimento h
    where h.empresa_id = v_dona
      and h.dia = any (v_dias)
      and h.inicio < v_fim and h.fim > v_inicio
      and h.profissional is not distinct from v_quem;
    return query
    insert into horarios_atendimento as h (empresa_id, profissional, dia, inicio, fim, duracao_min)
    select v_dona, v_quem, d.dia, v_inicio, v_fim, v_min
    from unnest(v_dias) as d (dia)
    order by d.dia
    returning h.*;
end
$$;
grant execute on function horario_salvar(text, text, text, integer, text, text) to carteiro_ops_escrita;
