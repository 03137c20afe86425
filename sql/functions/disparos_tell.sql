-- disparos_tell: tells what firings are about that these have ended: enviado, erro, cancelado, pulado,
-- expirado. Each kind of target has its function; it is called in the transaction of the end, with those
-- of its own kind.
create or replace function disparos_tell(ids bigint[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_agendamentos bigint[];
    v_proativas bigint[];
begin
    -- one by one: joined, an index that begins with regra_id is walked where statistics know no better
    select array_agg(u.id) filter (where r.gatilho = 'agendamento'), array_agg(u.id) filter (where r.gatilho = 'proativa')
    into v_agendamentos, v_proativas
    from unnest(ids) as u (id)
    cross join lateral (select x.regra_id from disparos x where x.id = u.id offset 0) as d
    cross join lateral (select x.gatilho from regras_followup x where x.id = d.regra_id offset 0) as r;
    -- one line for each kind of target
    if v_agendamentos is not null then
        perform agendamento_effects(v_agendamentos);
    end if;
    if v_proativas is not null then
        perform proativo_effects(v_proativas);
    end if;
end
$$;
