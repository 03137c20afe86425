-- sender_mode: the mode that is due while `atual` is in force, and how many senders count. The rules
-- are sender_seen's.
create or replace function sender_mode(atual text, out devido text, out vivos integer)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_sem integer;
    v_novos integer;
begin
    select count(*), count(*) filter (where s.redis_desde is null),
        count(*) filter (where s.redis_desde > v_agora - interval '1 second')
    into vivos, v_sem, v_novos
    from (
        select t.redis_desde, t.redis_perdido_em,
            bool_or(t.redis_desde is not null) over () as algum_tem
        from trabalhadores t
        where t.visto_em > v_agora - interval '15 seconds'
          and num_nonnulls(t.redis_desde, t.redis_perdido_em) = 1
    ) as s
    where not (s.algum_tem and coalesce(s.redis_perdido_em <= v_agora - interval '60 seconds', false));
    devido := case
        when v_sem > 0 then 'degradado'
        when atual = 'degradado' and v_novos > 0 then 'degradado'
        else 'normal' end;
end
$$;
