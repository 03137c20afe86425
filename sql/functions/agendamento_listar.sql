-- agendamento_listar: the appointments of a company that start between two instants (left out: today and the
-- week after), by start.
create or replace function agendamento_listar(de timestamptz default null, ate timestamptz default null,
    status text default null, limite integer default null, empresa text default null)
returns setof agendamentos
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(agendamento_listar.empresa);
    v_hoje timestamptz;
begin
    if agendamento_listar.limite < 1 then
        raise exception 'limite: expected 1 or more, found %', agendamento_listar.limite using errcode = '22023';
    end if;
    if agendamento_listar.status not in ('agendado', 'confirmado', 'realizado', 'faltou', 'cancelado') then
        raise exception 'status: expected agendado, confirmado, realizado, faltou or cancelado, found "%"',
            agendamento_listar.status using errcode = '22023';
    end if;
    select date_trunc('day', agora() at time zone e.fuso) at time zone e.fuso into v_hoje from empresas e where e.id = v_dona;
    return query
    select a.*
    from agendamentos a
    where a.empresa_id = v_dona
      and a.inicio >= coalesce(agendamento_listar.de, v_hoje)
      and a.inicio < coalesce(agendamento_listar.ate, coalesce(agendamento_listar.de, v_hoje) + interval '8 days')
      and (agendamento_listar.status is null or a.status = agendamento_listar.status)
    order by a.inicio, a.id
    limit coalesce(agendamento_listar.limite, 1000);
end
$$;
grant execute on function agendamento_listar(timestamptz, timestamptz, text, integer, text)
    to carteiro_ops_leitura, carteiro_ops_escrita;
