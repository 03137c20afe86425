-- fila_probe_passed: a message that was a probe was accepted: the automatic pauses it tried are over:
-- those of its number, its account and, when the template went, its template. Returns whether there
-- was one.
--
-- Only pauses whose `ate` has passed: one that was made or made longer meanwhile stands. Its row's
-- lock decides between the two.
create or replace function fila_probe_passed(mensagem uuid)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_alvo record;
    v_fim integer;
begin
    select * into v_alvo from fila_pause_target(mensagem);
    if v_alvo.numero_id is null then
        return false;
    end if;
    with fim as (
        delete from pausas p
        where p.automatica
          and p.ate <= agora()
          and (p.numero_id = v_alvo.numero_id or p.conta_id = v_alvo.conta_id
               or v_alvo.foi_modelo and p.modelo_id = v_alvo.modelo_id)
        returning p.*
    )
    insert into auditoria (empresa_id, action, alvo, payload)
    select v_alvo.empresa_id, 'fila_pausa_encerrada',
        f.escopo || ' ' || coalesce(f.numero_id, f.conta_id, f.modelo_id),
        jsonb_build_object('motivo', f.motivo, 'desde', f.desde, 'vezes', f.vezes, 'mensagem', mensagem)
    from fim f;
    get diagnostics v_fim = row_count;
    if v_fim > 0 then
        perform fila_wake();
    end if;
    return v_fim > 0;
end
$$;
grant execute on function fila_probe_passed(uuid) to carteiro_sender;
