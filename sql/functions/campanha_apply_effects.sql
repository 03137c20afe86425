-- campanha_apply_effects: tells the lists what became of these messages, those of campaigns among
-- them; `em` and `ate` bound their encerrada_em. Returns how many people changed. `origens` and
-- `clientes`: origem_id and person of each, all of them campaigns', of a caller who has read that.
--
-- It copies the message as it stands (of a Graph error its meaning, in Portuguese), read after the
-- person's row is locked: two callers, and the same one again, end alike. Rows are locked in order,
-- or the two would deadlock. Messages and people by their own probes: see webhook_apply_status. An
-- origem_id is read once for all of its messages: that costs more than a probe.
create or replace function campanha_apply_effects(mensagens uuid[], em timestamptz, ate timestamptz,
    origens text[] default null, clientes uuid[] default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_mensagens uuid[];
    v_campanhas uuid[];
    v_clientes uuid[];
    v_lugares tid[];
    mudaram integer;
begin
    if origens is null then
        select array_agg(m.id), array_agg(f.origem_id), array_agg(f.cliente_id) into mensagens, origens, clientes
        from unnest(mensagens) as m (id)
        cross join lateral (
            select x.origem_id, x.cliente_id
            from fila_mensagens x
            where x.id = m.id
              and x.encerrada_em between campanha_apply_effects.em and campanha_apply_effects.ate
              and x.origem = 'campanha'
            offset 0) as f;
    end if;
    with origem as materialized (
        select o.origem_id, campanha_da_origem(o.origem_id) as campanha
        from (select distinct u.origem_id from unnest(origens) as u (origem_id)) as o
    )
    select array_agg(s.id), array_agg(o.campanha), array_agg(s.cliente_id)
    into v_mensagens, v_campanhas, v_clientes
    from unnest(mensagens, origens, clientes) as s (id, origem_id, cliente_id)
    join origem o on o.origem_id = s.origem_id
    where o.campanha is not null;
    if v_mensagens is null then
        return 0;
    end if;

    -- locked first, changed by the next statement: by its place a row is found in a fresh snapshot only
    select array_agg(u.mensagem), array_agg(d.lugar) into v_mensagens, v_lugares
    from (select *
          from unnest(v_mensagens, v_campanhas, v_clientes) as u (mensagem, campanha, cliente)
          order by u.campanha, u.cliente) as u
    cross join lateral (
        select x.ctid as lugar
        from campanha_destinatarios x
        where x.campanha_id = u.campanha and x.cliente_id = u.cliente and x.mensagem_id = u.mensagem
        for update) as d;
    if v_mensagens is null then
        return 0;
    end if;

    update campanha_destinatarios d
    set status       = f.status,
        entrega      = f.entrega,
        erro         = f.erro,
        encerrada_em = f.encerrada_em
    from unnest(v_mensagens, v_lugares) as u (mensagem, lugar)
    cross join lateral (
        select x.status, x.entrega,
            case when x.erro_codigo is null then x.erro else coalesce(erro_descrever(x.erro_codigo), x.erro) end as erro, x.encerrada_em
        from fila_mensagens x
        where x.id = u.mensagem
          and x.encerrada_em between campanha_apply_effects.em and campanha_apply_effects.ate
        offset 0) as f
    where d.ctid = u.lugar
      and (d.status, d.entrega, d.erro, d.encerrada_em) is distinct from (f.status, f.entrega, f.erro, f.encerrada_em);
    get diagnostics mudaram = row_count;
    return mudaram;
end
$$;
grant execute on function campanha_apply_effects(uuid[], timestamptz, timestamptz, text[], uuid[]) to carteiro_planner;
