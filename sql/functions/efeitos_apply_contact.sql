-- efeitos_apply_contact: these accepted messages become outgoing interactions: their conversa is
-- opened if missing (ativa, ai) and moved on, the person's count and last contact too, and a wa_id
-- that Meta answered is learnt. `em` and `ate` bound their encerrada_em.
--
-- A message that ended unsent and was settled as sent afterwards has two effects; it counts with the
-- one whose end (`ates[i]`) is not older than its sending.
--
-- Locks in one order, as webhook_apply does: people, conversas, messages, each by id; what is read
-- before that of a message that was accepted changes no more. Each message, person and conversa by
-- its own probe, whatever the statistics say, and arrays between the statements: see
-- webhook_apply_status. A conversa is changed by its place; one that is missing, or was moved by
-- somebody else meanwhile, goes the long way of ON CONFLICT.
--
-- Messages are not written, nor locked (whoever applies their statuses would wait), when they name
-- their conversa: the claim told them, or fila_record gave them their own id, which the conversa that
-- is opened for them then has. Written are those that name one that is not there.
create or replace function efeitos_apply_contact(mensagens uuid[], ates timestamptz[], em timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_ids uuid[];
    v_empresas uuid[];
    v_clientes uuid[];
    v_numeros integer[];
    v_instantes timestamptz[];
    v_wa_ids text[];
    v_conversas uuid[];
    v_lugares tid[];
    v_quantas bigint[];
    v_ultimos timestamptz[];
    v_soltas uuid[];
begin
    select array_agg(m.id), array_agg(f.empresa_id), array_agg(f.cliente_id), array_agg(f.numero_id),
        array_agg(f.enviada_em), array_agg(f.wa_id), array_agg(f.conversa_id)
    into v_ids, v_empresas, v_clientes, v_numeros, v_instantes, v_wa_ids, v_conversas
    from (select u.id, max(u.ate) as ate from unnest(mensagens, ates) as u (id, ate) group by u.id) as m
    cross join lateral (
        select x.empresa_id, x.cliente_id, x.numero_id, x.enviada_em, x.wa_id, x.conversa_id
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
          and x.status = 'enviada'
          and x.enviada_em <= m.ate
        offset 0) as f;
    if v_clientes is null then
        return;
    end if;

    -- locked first, changed by the next statement: by its place a row is found in a fresh snapshot only
    select array_agg(c.lugar), array_agg(k.quantas), array_agg(k.ultimo)
    into v_lugares, v_quantas, v_ultimos
    from (select u.cliente, count(*) as quantas, max(u.instante) as ultimo
          from unnest(v_clientes, v_instantes) as u (cliente, instante)
          group by u.cliente
          order by u.cliente) as k
    cross join lateral (
        select x.ctid as lugar from clientes x where x.id = k.cliente offset 0 for no key update) as c;
    update clientes c
    set total_interacoes  = c.total_interacoes + k.quantas,
        ultimo_contato_em = greatest(c.ultimo_contato_em, k.ultimo)
    from unnest(v_lugares, v_quantas, v_ultimos) as k (lugar, quantas, ultimo)
    where c.ctid = k.lugar;

    with par as (
        select u.empresa, u.cliente, u.numero, max(u.instante) as ultima,
            (array_agg(u.conversa))[1] as conversa -- any of them: none is there yet when it is asked
        from unnest(v_empresas, v_clientes, v_numeros, v_instantes, v_conversas)
            as u (empresa, cliente, numero, instante, conversa)
        group by u.empresa, u.cliente, u.numero
        order by u.cliente, u.numero
    ), movida as (
        update conversas cv
        set ultima_direcao      = case when p.ultima >= coalesce(cv.ultima_interacao_em, '-infinity')
                                      then 'saida' else cv.ultima_direcao end,
            ultima_interacao_em = greatest(cv.ultima_interacao_em, p.ultima)
        from par p
        cross join lateral (
            select x.ctid as lugar
            from conversas x
            where x.cliente_id = p.cliente and x.numero_id = p.numero and x.status = 'ativa'
            offset 0) as onde
        where cv.ctid = onde.lugar
        returning cv.cliente_id, cv.numero_id, cv.id
    ), aberta as (
        insert into conversas as cv (id, empresa_id, cliente_id, numero_id, ultima_interacao_em, ultima_direcao)
        select case when p.conversa is null or exists (select 1 from conversas x where x.id = p.conversa offset 0)
                then uuidv7() else p.conversa end,
            p.empresa, p.cliente, p.numero, p.ultima, 'saida'
        from par p
        where (p.cliente, p.numero) not in (select m.cliente_id, m.numero_id from movida m)
        order by p.cliente, p.numero
        on conflict (cliente_id, numero_id) where status = 'ativa' do update
        set ultima_direcao      = case when excluded.ultima_interacao_em >= coalesce(cv.ultima_interacao_em, '-infinity')
                                      then 'saida' else cv.ultima_direcao end,
            ultima_interacao_em = greatest(cv.ultima_interacao_em, excluded.ultima_interacao_em)
        returning cv.cliente_id, cv.numero_id, cv.id
    )
    select array_agg(u.id order by u.id) into v_soltas
    from unnest(v_ids, v_clientes, v_numeros, v_conversas) as u (id, cliente, numero, conversa)
    join (select * from movida union all select * from aberta) as cv
        on cv.cliente_id = u.cliente and cv.numero_id = u.numero
    where u.conversa is distinct from cv.id;

    insert into identidades (empresa_id, cliente_id, tipo, valor)
    select distinct u.empresa, u.cliente, 'wa_id', u.wa_id
    from unnest(v_empresas, v_clientes, v_wa_ids) as u (empresa, cliente, wa_id)
    where u.wa_id is not null
    order by 1, 2, 4
    on conflict on constraint identidades_unica do nothing;

    if v_soltas is not null then
        perform efeitos_apply_conversa(v_soltas, em, ate);
    end if;
end
$$;
