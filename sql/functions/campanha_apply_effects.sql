-- campanha_apply_effects: tells the lists what became of these messages, those of campaigns among
-- them; `em` and `ate` bound their encerrada_em. Returns how many people changed.
--
-- It copies the message as it stands (of a Graph error its meaning, in Portuguese), read after the
-- person's row is locked: two callers, and the same one again, end alike. Rows are locked in order,
-- or the two would deadlock.
create or replace function campanha_apply_effects(mensagens uuid[], em timestamptz, ate timestamptz)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    mudaram integer;
begin
    perform 1
    from fila_mensagens f
    join campanha_destinatarios d
      on d.campanha_id = campanha_da_origem(f.origem_id) and d.cliente_id = f.cliente_id and d.mensagem_id = f.id
    where f.id = any (mensagens)
      and f.encerrada_em between campanha_apply_effects.em and campanha_apply_effects.ate
      and f.origem = 'campanha'
    order by d.campanha_id, d.cliente_id
    for update of d;
    if not found then
        return 0;
    end if;

    update campanha_destinatarios d
    set status       = f.status,
        entrega      = f.entrega,
        erro         = coalesce(erro_descrever(f.erro_codigo), f.erro),
        encerrada_em = f.encerrada_em
    from fila_mensagens f
    where f.id = any (mensagens)
      and f.encerrada_em between campanha_apply_effects.em and campanha_apply_effects.ate
      and f.origem = 'campanha'
      and d.campanha_id = campanha_da_origem(f.origem_id)
      and d.cliente_id = f.cliente_id
      and d.mensagem_id = f.id
      and (d.status, d.entrega, d.erro, d.encerrada_em)
          is distinct from (f.status, f.entrega, coalesce(erro_descrever(f.erro_codigo), f.erro), f.encerrada_em);
    get diagnostics mudaram = row_count;
    return mudaram;
end
$$;
grant execute on function campanha_apply_effects(uuid[], timestamptz, timestamptz) to carteiro_planner;
