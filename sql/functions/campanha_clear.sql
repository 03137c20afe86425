-- campanha_clear: ends what cancelled campaigns left behind, at most n at a time: rows that wait in
-- the queue, then people on the list. Returns how many.
--
-- Rows being sent and incerta rows end by themselves; one of them may come back to wait (throttled,
-- or its quarantine over), so a campaign counts as cleared only when the queue holds nothing of it.
create or replace function campanha_clear(n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
    primeiro constant uuid := '00000000-0000-0000-0000-000000000000';
    c campanhas;
    vez uuid[];
    feitas integer := 0;
begin
    for c in
        select k.*
        from campanhas k
        where k.status = 'cancelada' and k.limpa_em is null
        order by k.finalizada_em
        for update skip locked
    loop
        exit when feitas >= campanha_clear.n;
        vez := array(
            select f.id
            from fila_ativa f
            where f.origem_id = c.id::text and f.status = 'pendente'
            limit campanha_clear.n - feitas
            for update skip locked);
        if vez <> '{}' then
            feitas := feitas + fila_move(vez, 'cancelada', array['campanha_cancelada']);
        end if;

        exit when feitas >= campanha_clear.n;
        vez := array(
            select d.cliente_id
            from campanha_destinatarios d
            where d.campanha_id = c.id
              and d.cliente_id > coalesce(c.enfileirada_ate, primeiro)
              and d.status = 'pendente'
            order by d.cliente_id
            limit campanha_clear.n - feitas);
        if vez <> '{}' then
            update campanha_destinatarios d
            set status = 'cancelada', encerrada_em = agora()
            where d.campanha_id = c.id
              and d.cliente_id > coalesce(c.enfileirada_ate, primeiro)
              and d.cliente_id <= vez[cardinality(vez)]
              and d.status = 'pendente';
            update campanhas k set enfileirada_ate = vez[cardinality(vez)] where k.id = c.id;
            feitas := feitas + cardinality(vez);
        end if;

        exit when feitas >= campanha_clear.n;
        update campanhas k
        set limpa_em = agora()
        where k.id = c.id
          and not exists (
              select 1 from fila_ativa f where f.origem_id = c.id::text and f.status in ('pendente', 'incerta'))
          and not exists (
              select 1
              from fila_ativa f
              where f.reserva_ate is not null and f.status = 'processando' and f.origem_id = c.id::text);
    end loop;
    return feitas;
end
$$;
grant execute on function campanha_clear(integer) to carteiro_planner;
