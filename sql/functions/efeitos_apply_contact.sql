-- efeitos_apply_contact: these accepted messages become outgoing interactions: their conversa is
-- opened if missing (ativa, ai) and moved on, the person's count and last contact too, and a wa_id
-- that Meta answered is learnt. `em` and `ate` bound their encerrada_em.
--
-- Locks in one order, as webhook_apply does: people, conversas, messages, each by id; what is read
-- before that of a message that was accepted changes no more. Each message by its own probe,
-- whatever the statistics say, and arrays between the statements: see webhook_apply_status.
create or replace function efeitos_apply_contact(mensagens uuid[], em timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_empresas uuid[];
    v_clientes uuid[];
    v_numeros integer[];
    v_instantes timestamptz[];
    v_wa_ids text[];
    v_soltas uuid[];
    v_pessoas uuid[];
begin
    select array_agg(f.empresa_id), array_agg(f.cliente_id), array_agg(f.numero_id), array_agg(f.enviada_em),
        array_agg(f.wa_id), array_agg(m.id order by m.id) filter (where f.conversa_id is null),
        array_agg(distinct f.cliente_id)
    into v_empresas, v_clientes, v_numeros, v_instantes, v_wa_ids, v_soltas, v_pessoas
    from unnest(mensagens) as m (id)
    cross join lateral (
        select x.empresa_id, x.cliente_id, x.numero_id, x.enviada_em, x.wa_id, x.conversa_id
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
          and x.status = 'enviada'
        offset 0) as f;
    if v_clientes is null then
        return;
    end if;

    perform 1 from clientes c where c.id = any (v_pessoas) order by c.id for no key update;
    update clientes c
    set total_interacoes  = c.total_interacoes + k.quantas,
        ultimo_contato_em = greatest(c.ultimo_contato_em, k.ultimo)
    from (select u.cliente, count(*) as quantas, max(u.instante) as ultimo
          from unnest(v_clientes, v_instantes) as u (cliente, instante)
          group by u.cliente) as k
    cross join lateral (select x.ctid as lugar from clientes x where x.id = k.cliente offset 0) as onde
    where c.ctid = onde.lugar;

    insert into conversas as cv (empresa_id, cliente_id, numero_id, ultima_interacao_em, ultima_direcao)
    select u.empresa, u.cliente, u.numero, max(u.instante), 'saida'
    from unnest(v_empresas, v_clientes, v_numeros, v_instantes) as u (empresa, cliente, numero, instante)
    group by u.empresa, u.cliente, u.numero
    order by u.cliente, u.numero
    on conflict (cliente_id, numero_id) where status = 'ativa' do update
    set ultima_direcao      = case when excluded.ultima_interacao_em >= coalesce(cv.ultima_interacao_em, '-infinity')
                                  then 'saida' else cv.ultima_direcao end,
        ultima_interacao_em = greatest(cv.ultima_interacao_em, excluded.ultima_interacao_em);

    insert into identidades (empresa_id, cliente_id, tipo, valor)
    select distinct u.empresa, u.cliente, 'wa_id', u.wa_id
    from unnest(v_empresas, v_clientes, v_wa_ids) as u (empresa, cliente, wa_id)
    where u.wa_id is not null
    order by 1, 2, 4
    on conflict on constraint identidades_unica do nothing;

    if v_soltas is null then
        return;
    end if;
    perform 1
    from unnest(v_soltas) as m (id)
    cross join lateral (
        select 1
        from fila_mensagens x
        where x.id = m.id and x.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
        for no key update) as trava;
    update fila_mensagens f
    set conversa_id = onde.conversa
    from unnest(v_soltas) as m (id)
    cross join lateral (
        select x.tableoid as parte, x.ctid as lugar,
            (select cv.id
             from conversas cv
             where cv.cliente_id = x.cliente_id and cv.numero_id = x.numero_id and cv.status = 'ativa') as conversa
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
        offset 0) as onde
    where f.tableoid = onde.parte
      and f.ctid = onde.lugar
      and f.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate;
end
$$;
