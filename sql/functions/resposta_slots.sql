-- resposta_slots: up to ten free slots to suggest: a morning and an afternoon one of each coming day, of the professional
-- of the last visit where they have any, two hours from now at the earliest, three weeks at the latest.
create or replace function resposta_slots(empresa uuid, quem text)
returns jsonb
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    with livre as (
        select h.inicio, h.fim, h.profissional, h.inicio at time zone e.fuso as hora
        from empresas e
        cross join lateral horarios_livres(e.id, agora() + interval '2 hours', agora() + interval '21 days', quem) h
        where e.id = resposta_slots.empresa
    ), uma as (
        select distinct on (l.hora::date, extract(hour from l.hora) < 12) l.*
        from livre l
        order by l.hora::date, extract(hour from l.hora) < 12, l.inicio, l.profissional nulls first
    )
    select jsonb_agg(jsonb_build_object('inicio', u.inicio, 'fim', u.fim, 'profissional', u.profissional) order by u.inicio)
    from (select * from uma order by inicio limit 10) u
$$;
