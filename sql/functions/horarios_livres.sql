-- horarios_livres: the free slots that begin in [de, ate): opening hours (horarios_atendimento) minus
-- appointments that are not cancelled, minus holidays, never in the past; `quem` names one professional.
--
-- Opening hours are of the company's zone: an hour that the clock skips is no slot. Hours of one
-- professional are taken by their appointments and by those that name nobody; hours of nobody by all.
create or replace function horarios_livres(empresa uuid, de timestamptz, ate timestamptz, quem text default null)
returns table (inicio timestamptz, fim timestamptz, profissional text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_fuso constant text := (select e.fuso from empresas e where e.id = horarios_livres.empresa);
    v_de constant timestamptz := greatest(horarios_livres.de, agora());
begin
    if horarios_livres.ate > v_de + interval '1 year' then
        raise exception 'ate: expected at most a year after de' using errcode = '22023';
    end if;
    return query
    with horario as materialized (
        select distinct h.profissional, h.dia, h.inicio, h.fim, h.duracao_min
        from horarios_atendimento h
        where h.empresa_id = horarios_livres.empresa
          and (horarios_livres.quem is null or h.profissional is null or h.profissional = horarios_livres.quem)
    ), ocupado as materialized (
        -- one per professional, so that a slot is one look into sorted ranges
        select p.profissional, range_agg(tstzrange(a.inicio, a.fim)) as tempos
        from (select distinct h.profissional from horario h) as p
        join agendamentos a on p.profissional is null or a.profissional is null or a.profissional = p.profissional
        where a.empresa_id = horarios_livres.empresa
          and a.status <> 'cancelado'
          and a.inicio >= v_de - interval '7 days' -- more than any lasts
          and a.inicio < horarios_livres.ate + interval '1 day'
        group by p.profissional
    ), dia as materialized (
        select d::date as dia
        from generate_series((v_de at time zone v_fuso)::date - 1, (horarios_livres.ate at time zone v_fuso)::date, interval '1 day') d
        where not feriado_e(d::date, horarios_livres.empresa)
    ), vaga as (
        select distinct s.hora at time zone v_fuso as inicio, s.hora, h.duracao_min, h.profissional
        from dia d
        join horario h on h.dia = extract(isodow from d.dia)
        cross join lateral generate_series(d.dia + h.inicio, d.dia + h.fim - make_interval(mins => h.duracao_min),
            make_interval(mins => h.duracao_min)) as s (hora)
    )
    select v.inicio, v.inicio + make_interval(mins => v.duracao_min), v.profissional
    from vaga v
    left join ocupado o on o.profissional is not distinct from v.profissional
    where v.inicio >= v_de
      and v.inicio < horarios_livres.ate
      and v.inicio at time zone v_fuso = v.hora
      and not coalesce(o.tempos && tstzrange(v.inicio, v.inicio + make_interval(mins => v.duracao_min)), false)
    order by v.inicio, v.profissional nulls first;
end
$$;
grant execute on function horarios_livres(uuid, timestamptz, timestamptz, text) to carteiro_ops_leitura, carteiro_ops_escrita;
