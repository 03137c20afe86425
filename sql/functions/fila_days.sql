-- fila_days: makes the days of webhook_eventos and tentativas from yesterday's (a clock may be set
-- back) to `adiante` ahead. Returns how many were made.
--
-- As fila_months does, and for the same reasons. The inbox is only added to and leaves whole: it is
-- not vacuumed for what was inserted.
create or replace function fila_days(adiante integer default 14)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    falta record;
    feitos integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('carteiro.fila_days'));
    for falta in
        select t.tabela, t.coluna, t.chave, t.tabela || '_' || to_char(d.dia, 'YYYY_MM_DD') as parte,
            d.dia at time zone 'UTC' as de, (d.dia + interval '1 day') at time zone 'UTC' as ate
        from (values ('webhook_eventos', 'recebido_em', 'id'), ('tentativas', 'em', 'mensagem_id, id'))
            as t (tabela, coluna, chave)
        cross join generate_series(
            date_trunc('day', (agora() - interval '1 day') at time zone 'UTC'),
            date_trunc('day', agora() at time zone 'UTC') + make_interval(days => adiante),
            interval '1 day') as d (dia)
        where not exists (
            select 1
            from fila_parts(t.tabela) p
            where (d.dia at time zone 'UTC') >= coalesce(p.de, '-infinity')
              and (d.dia at time zone 'UTC') < coalesce(p.ate, 'infinity'))
        order by t.tabela, d.dia
    loop
        execute format(
            'create table %I (like %I including defaults including constraints including comments,
                primary key (%s), constraint %I check (%I >= %L and %I < %L))
             with (autovacuum_vacuum_insert_threshold = -1)',
            falta.parte, falta.tabela, falta.chave, falta.parte || '_limites', falta.coluna, falta.de,
            falta.coluna, falta.ate);
        execute format('alter table %I enable row level security', falta.parte);
        execute format('alter table %I force row level security', falta.parte);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', falta.parte);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
            falta.tabela, falta.parte, falta.de, falta.ate);
        feitos := feitos + 1;
    end loop;
    return feitos;
end
$$;
grant execute on function fila_days(integer) to carteiro_planner;
