-- fila_expire: waiting rows past valido_ate end as expirada, at most n. Returns how many.
create or replace function fila_expire(n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    return fila_move(array(
        select f.id
        from fila_ativa f
        where f.valido_ate <= agora()
          and f.status not in ('processando', 'incerta') -- = 'pendente' would open the ready index, all of it
        order by f.valido_ate
        limit fila_expire.n
        for update skip locked), 'expirada', array['passou de valido_ate']);
end
$$;
grant execute on function fila_expire(integer) to carteiro_planner;
