-- painel_forget: these messages ended unsent, and are about to be something else (sent after all, or
-- back in the queue): takes their ends out of the counts. To be called before they are changed;
-- `de` and `ate` bound their encerrada_em.
--
-- Whose effect is still to be applied is marked in it (sem_conta); of the others the end was counted and
-- is subtracted. A row of efeitos that somebody is just applying is waited for: then it was.
create or replace function painel_forget(ids uuid[], de timestamptz default '-infinity', ate timestamptz default 'infinity')
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_linhas bigint[];
    v_ids uuid[];
begin
    -- locked first: what they ended as does not change any more
    select array_agg(m.id) into v_ids
    from (select distinct u.id from unnest(ids) as u (id) order by 1) as m
    cross join lateral (
        select 1
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between painel_forget.de and painel_forget.ate
          and x.encerrada_em < 'infinity'
          and x.status in ('erro', 'cancelada', 'expirada')
        offset 0
        for update) as f;
    if v_ids is null then
        return;
    end if;
    select array_agg(e.id) into v_linhas
    from (select x.id from efeitos x where x.tipo = 'fim' and x.mensagens && v_ids order by x.id for update) as e;
    if v_linhas is not null then
        with marcada as (
            update efeitos e
            set sem_conta = coalesce(e.sem_conta, '{}') || array(
                select u.id from unnest(e.mensagens) as u (id)
                where u.id = any (v_ids) and u.id <> all (coalesce(e.sem_conta, '{}')))
            where e.id = any (v_linhas)
            returning e.mensagens
        )
        select array(
            select v.id from unnest(v_ids) as v (id)
            where not exists (select 1 from marcada m where v.id = any (m.mensagens)))
        into v_ids;
    end if;
    insert into resumo_acertos (hora, empresa_id, numero_id, campanha_id, origem, tipo, erros, canceladas, expiradas, codigo, classe)
    select date_bin('1 hour', f.encerrada_em, '2000-01-01 00:00:00+00'), f.empresa_id, f.numero_id,
        painel_campanha(case when f.origem = 'campanha' then f.origem_id end), f.origem, f.tipo,
        -(f.status = 'erro')::integer, -(f.status = 'cancelada')::integer, -(f.status = 'expirada')::integer,
        coalesce(f.erro_codigo, 0), campanha_erro_classe(f.erro_codigo, f.erro)
    from unnest(v_ids) as m (id)
    cross join lateral (
        select x.*
        from fila_mensagens x
        where x.id = m.id
          and x.encerrada_em between painel_forget.de and painel_forget.ate
          and x.encerrada_em < 'infinity'
        offset 0) as f;
end
$$;
