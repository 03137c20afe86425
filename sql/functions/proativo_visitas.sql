-- proativo_visitas: who of the company's customers has been there in the last two years and has nothing
-- booked: when last, from three visits on the median of days between them, and whether they are likely to
-- come back by `ate` (is_devido): the last visit is then as long ago as they usually stay away, and no
-- longer than twice that, or they have gone.
--
-- A visit is a day with an appointment that is realizado; where the company does not mark attendance, one
-- that is over and neither faltou nor cancelado. Owners' own rows, people without phone and those who do
-- not want to be written to are left out.
create or replace function proativo_visitas(empresa uuid, em timestamptz, ate date)
returns table (cliente_id uuid, nome text, telefone text, ultima date, intervalo integer, is_devido boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    dona empresas;
begin
    select e.* into dona from empresas e where e.id = proativo_visitas.empresa;
    return query
    with visita as (
        select distinct a.cliente_id, (a.inicio at time zone dona.fuso)::date as dia
        from agendamentos a
        where a.empresa_id = dona.id
          and a.inicio between proativo_visitas.em - interval '2 years' and proativo_visitas.em
          and (a.status = 'realizado'
               or not dona.marca_presenca and a.status in ('agendado', 'confirmado') and a.fim <= proativo_visitas.em)
    ), passo as (
        select v.cliente_id, v.dia, v.dia - lag(v.dia) over (partition by v.cliente_id order by v.dia) as dias
        from visita v
    ), resumo as (
        select p.cliente_id, max(p.dia) as ultima,
            case when count(*) >= 3 then round((percentile_cont(0.5) within group (order by p.dias))::numeric)::integer end as intervalo
        from passo p
        group by p.cliente_id
    )
    select c.id, c.nome, c.telefone, r.ultima, r.intervalo, coalesce(r.ultima + r.intervalo <= proativo_visitas.ate
        and r.ultima + 2 * r.intervalo >= (proativo_visitas.em at time zone dona.fuso)::date, false)
    from resumo r
    join clientes c on c.id = r.cliente_id
    where c.status = 'ativo'
      and not c.interno
      and c.telefone is not null
      and c.id not in ( -- hashed once; as an anti-join it may be walked for each
          select a.cliente_id
          from agendamentos a
          where a.empresa_id = dona.id and a.inicio > proativo_visitas.em and a.status in ('agendado', 'confirmado'));
end
$$;
