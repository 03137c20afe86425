-- proativo_contatos: whom to write to when `dia` has room, and why: regular customers who are due first (a
-- few days early will do), then those who were there and have nothing booked, then those without contact
-- for long. `quantos` lines, `total` of all.
create or replace function proativo_contatos(empresa uuid, em timestamptz, dia date, quantos integer, out linhas text[], out total bigint)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_hoje constant date := (em at time zone (select e.fuso from empresas e where e.id = proativo_contatos.empresa))::date;
begin
    with visita as materialized (
        select * from proativo_visitas(empresa, em, dia + 3) v
    ), todos as (
        select case when v.is_devido then 1 else 2 end as classe, v.cliente_id, v.nome, v.telefone, v.ultima as dia, v.intervalo,
            case when v.is_devido then v.ultima + v.intervalo - v_hoje else v_hoje - v.ultima end::bigint as ordem
        from visita v
        where v.is_devido or v.ultima <= v_hoje - 15 -- not who was there these days
        union all
        select 3, i.cliente_id, i.nome, i.telefone, i.desde, null, i.lugar
        from proativo_inativos(empresa, em) i
        where i.cliente_id not in (select v.cliente_id from visita v) -- hashed once
    )
    select coalesce(array_agg(concat(coalesce(formato_nome(f.nome), 'Sem nome'), ' – ', formato_telefone(f.telefone), ': ',
            case f.classe when 1 then proativo_habito(f.intervalo, f.dia, v_hoje)
                when 2 then 'última visita em ' || formato_data(f.dia, v_hoje)
                else 'sem contato desde ' || formato_data(f.dia, v_hoje) end) order by f.lugar), '{}'),
        (select count(*) from todos)
    into linhas, total
    from (
        select t.*, row_number() over (order by t.classe, t.ordem, t.nome, t.cliente_id) as lugar
        from todos t
        order by lugar
        limit quantos) as f;
end
$$;
