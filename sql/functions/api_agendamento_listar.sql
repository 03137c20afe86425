-- api_agendamento_listar: GET /agendamentos: those that start from `de` (today) until `ate` (8 days later), by start: a page, and in
-- `depois` what asks for the next.
create or replace function api_agendamento_listar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    v_hoje timestamptz;
begin
    select date_trunc('day', agora() at time zone e.fuso) at time zone e.fuso into v_hoje from empresas e where e.id = empresa_atual();
    return (
        select jsonb_build_object(
            'agendamentos', coalesce(jsonb_agg(api_agendamento_json(k.agendamento) order by k.inicio, k.id)
                filter (where k.n <= api_limite(p)), '[]'),
            'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.inicio, k.id))[api_limite(p)] end)
        from (
            select x.id, x.inicio, x as agendamento, row_number() over (order by x.inicio, x.id) as n
            from agendamentos x
            where x.inicio >= coalesce((p ->> 'de')::timestamptz, v_hoje)
              and x.inicio < coalesce((p ->> 'ate')::timestamptz, coalesce((p ->> 'de')::timestamptz, v_hoje) + interval '8 days')
              and (p ->> 'status' is null or x.status = p ->> 'status')
              and (p ->> 'depois' is null or (x.inicio, x.id) > (
                  select u.inicio, u.id from agendamentos u where u.id = (p ->> 'depois')::uuid))
            order by x.inicio, x.id
            limit api_limite(p) + 1
        ) as k);
end
$$;
grant execute on function api_agendamento_listar(jsonb, jsonb) to carteiro_api;
