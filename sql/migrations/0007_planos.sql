-- What keeps the planner from plans that walk the queue, whatever its statistics say.

-- A partial index whose predicate the claim's own conditions imply is a path for it, and right after
-- the queue was emptied, when the statistics say one row, walking all of it costs what probing the
-- right one does. These two now ask for what only their own searches give.
drop index fila_ativa_cliente;
create index fila_ativa_cliente on fila_ativa (cliente_id)
    where cliente_id is not null and status in ('pendente', 'incerta');
drop index fila_ativa_origem;
create index fila_ativa_origem on fila_ativa (origem_id)
    where origem_id is not null and status in ('pendente', 'incerta');

-- By recebido_em: by id the primary key offers the same order, and walks all that was applied.
drop index webhook_eventos_por_aplicar;
create index webhook_eventos_por_aplicar on webhook_eventos (recebido_em, id) where aplicado_em is null;

-- By its key: the functions of the hot path forbid sequential scans, and one that has no other way
-- (this was in every statement) makes all plans look alike.
create or replace function agora() returns timestamptz
language sql stable parallel safe
as $$
    select now() + coalesce((select deslocamento from carteiro.relogio where unico), interval '0')
$$;
