-- proativo_contatos: whom to write to when `dia` has room, and why: regular customers who are due first,
-- then those who were there and have nothing booked, then those without contact for long. `quantos` lines,
-- `total` of all.
create or replace function proativo_contatos(empresa uuid, em timestamptz, dia date, quantos integer, out linhas text[], out total bigint)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_hoje constant date := (em at time zone (select e.fuso from empresas e where e.id = proativo_contatos.empresa))::date;
begin
    select coalesce(array_agg(concat(f.nome, ' – ', f.telefone, ': ', f.motivo) order by f.lugar) filter (where f.lugar <= quantos), '{}'), count(*)
    into linhas, total
    from (
        select u.*, row_number() over (order by u.classe, u.ordem, u.nome, u.cliente_id) as lugar
        from (
            select distinct on (x.cliente_id) x.*
            from (
                select 1 as classe, d.cliente_id, d.nome, d.telefone, d.motivo, d.prevista - v_hoje as ordem
                from proativo_devidos(empresa, em, dia + 3) d -- a little early will do
                union all
                -- not who was there these days
                select 2, v.cliente_id, v.nome, v.telefone, 'última visita em ' || formato_data(v.ultima, v_hoje), v_hoje - v.ultima
                from proativo_visitas(empresa, em) v
                where not v.marcado and v.ultima <= v_hoje - 15
                union all
                select 3, i.cliente_id, i.nome, i.telefone, 'sem contato desde ' || formato_data(i.desde, v_hoje), i.lugar::integer
                from proativo_inativos(empresa, em) i) as x
            order by x.cliente_id, x.classe) as u) as f;
end
$$;
