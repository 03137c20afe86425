-- proativo_vagas: free slots by day, "sábado, 21/11: 9h, 10h e mais 3": at most six hours each; `total`
-- is how many slots there are, `horas` the hours of the first day.
create or replace function proativo_vagas(empresa uuid, de timestamptz, ate timestamptz, out total bigint, out dias text[], out horas text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_fuso constant text := (select e.fuso from empresas e where e.id = proativo_vagas.empresa);
begin
    select coalesce(sum(d.n), 0), coalesce(array_agg(formato_dia(d.dia) || ', ' || to_char(d.dia, 'DD/MM') || ': ' || d.horas order by d.dia), '{}'),
        (array_agg(d.horas order by d.dia))[1]
    into total, dias, horas
    from (
        select h.dia, sum(h.n) as n,
            case when count(*) > 6 then array_to_string((array_agg(h.hora order by h.inicio))[:6], ', ') || ' e mais ' || count(*) - 6
                else formato_enumerar(array_agg(h.hora order by h.inicio)) end as horas
        from (
            select (l.inicio at time zone v_fuso)::date as dia, l.inicio, formato_hora(l.inicio, v_fuso) as hora, count(*) as n
            from horarios_livres(empresa, de, ate) l
            group by l.inicio) as h
        group by h.dia) as d;
end
$$;
