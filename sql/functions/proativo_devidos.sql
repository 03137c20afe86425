-- proativo_devidos: regular customers who are likely to come back by `ate`, and why: three visits or
-- more, and the last one as long ago as they usually stay away. Who has an appointment to come is not
-- due; who stayed away for twice as long has gone.
create or replace function proativo_devidos(empresa uuid, em timestamptz, ate date)
returns table (cliente_id uuid, nome text, telefone text, prevista date, motivo text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_hoje constant date := (proativo_devidos.em at time zone (select e.fuso from empresas e where e.id = empresa))::date;
begin
    return query
    select v.cliente_id, v.nome, v.telefone, v.ultima + v.intervalo,
        'costuma vir ' || case v.intervalo when 1 then 'todos os dias' else 'a cada ' || v.intervalo || ' dias' end
            || '; última visita em ' || formato_data(v.ultima, v_hoje)
    from proativo_visitas(empresa, em) v
    where v.intervalo is not null
      and not v.marcado
      and v.ultima + v.intervalo <= proativo_devidos.ate
      and v.ultima + 2 * v.intervalo >= v_hoje
    order by v.ultima + v.intervalo, v.nome, v.cliente_id;
end
$$;
