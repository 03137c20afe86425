-- efeitos_apply_conversa: those of these messages that name no conversa, or one that is not there, get
-- the active one of their person and number. `em` and `ate` bound their encerrada_em.
create or replace function efeitos_apply_conversa(mensagens uuid[], em timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
as $$
declare
    v_partes oid[];
    v_lugares tid[];
begin
    -- locked first, changed by the next statement: by its place a row is found in a fresh snapshot only
    select array_agg(f.parte), array_agg(f.lugar) into v_partes, v_lugares
    from (select distinct u.id from unnest(mensagens) as u (id) order by 1) as m
    cross join lateral (
        select x.tableoid as parte, x.ctid as lugar
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between efeitos_apply_conversa.em and efeitos_apply_conversa.ate
          and not exists (select 1 from conversas cv where cv.id = x.conversa_id)
        for no key update of x) as f;
    update fila_mensagens f
    set conversa_id = (
        select cv.id
        from conversas cv
        where cv.cliente_id = f.cliente_id and cv.numero_id = f.numero_id and cv.status = 'ativa')
    from unnest(v_partes, v_lugares) as m (parte, lugar)
    where f.tableoid = m.parte
      and f.ctid = m.lugar
      and f.encerrada_em between efeitos_apply_conversa.em and efeitos_apply_conversa.ate;
end
$$;
