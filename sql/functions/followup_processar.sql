-- followup_processar: takes what is due to the queue now, without waiting for the planner. Returns {status: n}
-- of what it found: enfileirado, pulado, cancelado, expirado; planejado is in another's hands.
create or replace function followup_processar()
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_devidos constant bigint[] := array(
        select d.id from disparos d where d.status = 'planejado' and d.quando <= agora());
begin
    while disparos_enqueue(1000) > 0 loop
    end loop;
    return (
        select coalesce(jsonb_object_agg(k.status, k.n), '{}')
        from (select d.status, count(*) as n from disparos d where d.id = any (v_devidos) group by d.status) as k);
end
$$;
grant execute on function followup_processar() to carteiro_ops_escrita;
