-- proativo_visitas: who of the company's customers has been there in the last two years: on how many
-- days, when last, and from three visits on the median of days between them.
--
-- A visit is an appointment that is realizado; where the company does not mark attendance, any that is
-- over and neither faltou nor cancelado. `marcado`: there is one to come. Owners' own rows, people
-- without phone and those who do not want to be written to are left out.
create or replace function proativo_visitas(empresa uuid, em timestamptz)
returns table (cliente_id uuid, nome text, telefone text, visitas integer, ultima date, intervalo integer, marcado boolean)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
begin
    return query
    with visita as (
        select distinct a.cliente_id, (a.inicio at time zone e.fuso)::date as dia
        from empresas e
        join agendamentos a on a.empresa_id = e.id
        where e.id = proativo_visitas.empresa
          and a.inicio between proativo_visitas.em - interval '2 years' and proativo_visitas.em
          and (a.status = 'realizado'
               or not e.marca_presenca and a.status in ('agendado', 'confirmado') and a.fim <= proativo_visitas.em)
    ), passo as (
        select v.cliente_id, v.dia, v.dia - lag(v.dia) over (partition by v.cliente_id order by v.dia) as dias
        from visita v
    ), resumo as (
        select p.cliente_id, count(*)::integer as visitas, max(p.dia) as ultima,
            case when count(*) >= 3 then round((percentile_cont(0.5) within group (order by p.dias))::numeric)::integer end as intervalo
        from passo p
        group by p.cliente_id
    )
    select c.id, coalesce(formato_nome(c.nome), 'Sem nome'), formato_telefone(c.telefone), r.visitas, r.ultima, r.intervalo,
        exists (
            select 1
            from agendamentos a
            where a.cliente_id = c.id and a.inicio > proativo_visitas.em and a.status in ('agendado', 'confirmado'))
    from resumo r
    join clientes c on c.id = r.cliente_id
    where c.status = 'ativo'
      and not c.interno
      and c.telefone is not null;
end
$$;
