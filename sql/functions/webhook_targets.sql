-- webhook_targets: the messages that these statuses are about: what their key names, else the one that
-- has their wamid and ended between `desde` and `depois`; null where there is none.
create or replace function webhook_targets(mensagens uuid[], wamids text[], desde timestamptz, depois timestamptz)
returns uuid[]
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
begin
    return array(
        select coalesce(d.mensagem_id, f.id)
        from unnest(mensagens, wamids) with ordinality as d (mensagem_id, wamid, n)
        left join lateral (
            select x.id
            from fila_mensagens x
            where d.mensagem_id is null
              and hashtextextended(x.wamid, 0) = hashtextextended(d.wamid, 0)
              and x.wamid = d.wamid
              and x.encerrada_em between desde and depois
            limit 1) as f on true
        order by d.n);
end
$$;
