-- efeitos_apply_contact: the accepted ones of `mensagens` become outgoing interactions: their
-- conversa is opened if missing (ativa, ai) and moved on, the person's count and last contact too,
-- and a wa_id that Meta answered is learnt. `em` and `ate` bound their encerrada_em.
--
-- Locks in one order, as webhook_apply does: messages, people, conversas, each by id. Arrays
-- between the statements: joined in one, the planner took the parts for one row each and looped
-- (2,000 messages took 2.5 s).
create or replace function efeitos_apply_contact(mensagens uuid[], em timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_clientes uuid[];
    v_quantas bigint[];
    v_ultimos timestamptz[];
begin
    perform 1
    from fila_mensagens f
    where f.id = any (mensagens)
      and f.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
    order by f.id
    for no key update;

    select array_agg(k.cliente_id), array_agg(k.quantas), array_agg(k.ultimo)
    into v_clientes, v_quantas, v_ultimos
    from (select f.cliente_id, count(*) as quantas, max(f.enviada_em) as ultimo
          from fila_mensagens f
          where f.id = any (mensagens)
            and f.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
            and f.status = 'enviada'
          group by f.cliente_id) as k;
    if v_clientes is null then
        return;
    end if;

    perform 1 from clientes c where c.id = any (v_clientes) order by c.id for no key update;
    update clientes c
    set total_interacoes  = c.total_interacoes + k.quantas,
        ultimo_contato_em = greatest(c.ultimo_contato_em, k.ultimo)
    from unnest(v_clientes, v_quantas, v_ultimos) as k (cliente_id, quantas, ultimo)
    where c.id = k.cliente_id;

    insert into conversas as cv (empresa_id, cliente_id, numero_id, ultima_interacao_em, ultima_direcao)
    select f.empresa_id, f.cliente_id, f.numero_id, max(f.enviada_em), 'saida'
    from fila_mensagens f
    where f.id = any (mensagens)
      and f.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
      and f.status = 'enviada'
    group by f.empresa_id, f.cliente_id, f.numero_id
    order by f.cliente_id, f.numero_id
    on conflict (cliente_id, numero_id) where status = 'ativa' do update
    set ultima_direcao      = case when excluded.ultima_interacao_em >= coalesce(cv.ultima_interacao_em, '-infinity')
                                  then 'saida' else cv.ultima_direcao end,
        ultima_interacao_em = greatest(cv.ultima_interacao_em, excluded.ultima_interacao_em);

    update fila_mensagens f
    set conversa_id = cv.id
    from conversas cv
    where f.id = any (mensagens)
      and f.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
      and f.status = 'enviada'
      and f.conversa_id is null
      and cv.cliente_id = f.cliente_id
      and cv.numero_id = f.numero_id
      and cv.status = 'ativa';

    insert into identidades (empresa_id, cliente_id, tipo, valor)
    select distinct f.empresa_id, f.cliente_id, 'wa_id', f.wa_id
    from fila_mensagens f
    where f.id = any (mensagens)
      and f.encerrada_em between efeitos_apply_contact.em and efeitos_apply_contact.ate
      and f.status = 'enviada'
      and f.wa_id is not null
    order by 1, 2, 4
    on conflict on constraint identidades_unica do nothing;
end
$$;
