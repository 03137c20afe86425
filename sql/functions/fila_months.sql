-- fila_months: makes the months of finished messages from yesterday's (a clock may be set back) to
-- `adiante` ahead. Returns how many were made.
--
-- Each is a plain table with its keys and CHECKs, one of them equal to the bounds, and then
-- attached: CREATE … PARTITION OF would wait for every open SELECT and block the records behind it.
-- Half of each page is free: statuses come in batches, and change all rows of a page at once.
--
-- There is no default part: with one ATTACH blocks as well, and old months could not leave by
-- DETACH … CONCURRENTLY.
create or replace function fila_months(adiante integer default 12)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    mes timestamp;
    parte text;
    de timestamptz;
    ate timestamptz;
    feitos integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('carteiro.fila_months'));
    for mes in
        select generate_series(
            date_trunc('month', (agora() - interval '1 day') at time zone 'UTC'),
            date_trunc('month', agora() at time zone 'UTC') + make_interval(months => adiante),
            interval '1 month')
    loop
        parte := 'fila_' || to_char(mes, 'YYYY_MM');
        continue when to_regclass('carteiro.' || parte) is not null;
        de := mes at time zone 'UTC';
        ate := (mes + interval '1 month') at time zone 'UTC';
        execute format(
            'create table %I (like fila_mensagens including defaults including constraints including comments,
                primary key (id),
                constraint %I check (status in (''enviada'', ''erro'', ''cancelada'', ''expirada'')),
                constraint %I check (reservada_por is null and reserva_ate is null and processando_desde is null),
                constraint %I check (encerrada_em >= %L and encerrada_em < %L))
             with (fillfactor = 50)',
            parte, parte || '_final', parte || '_livre', parte || '_limites', de, ate);
        execute format('create index on %I (hashtextextended(wamid, 0)) where wamid is not null', parte);
        -- "is not null" keeps it from probes by id and bounds: on a month never analysed it costs what the
        -- right index does, and reads all of it
        execute format('create index on %I (cliente_id, encerrada_em) where cliente_id is not null', parte);
        execute format('create index %I on %I using brin ((encerrada_em at time zone ''UTC'')) with (pages_per_range = 32, autosummarize = on)',
            parte || '_encerrada_em', parte);
        execute format('alter table %I enable row level security', parte);
        execute format('alter table %I force row level security', parte);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', parte);
        execute format('create policy ops on %I to carteiro_ops_leitura, carteiro_ops_escrita using (true)', parte);
        execute format('create trigger fila_fim_guardar before update or delete on %I for each row
            when (current_user <> ''carteiro_owner'')
            execute function fila_fim_guardar()', parte);
        execute format('alter table fila_mensagens attach partition %I for values from (%L) to (%L)', parte, de, ate);
        feitos := feitos + 1;
    end loop;
    return feitos;
end
$$;
grant execute on function fila_months(integer) to carteiro_planner;
