-- janela_changed: the windows, holidays or limits of this company (null: of all) are others now: it is
-- written down, and what waits because of the old ones is looked at again.
--
-- Waiting messages of lane 0 and of lanes alike were put off to the old opening, with a reason that
-- begins in one of two ways; they become due, and the next claim decides anew. A lane that was found
-- closed as a whole is open to a look again. By batches would be for the planner: this is a person's
-- rare change, of one company, and locks nothing that is being sent.
create or replace function janela_changed(dona uuid, acao text, dados jsonb)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform set_config('carteiro.janelas_abertas', '', false); -- of other sessions within a second
    update carteiro.faixas x set fechada_ate = null where x.fechada_ate is not null and (x.empresa_id = dona or dona is null);
    insert into auditoria (empresa_id, action, alvo, payload) values (dona, acao, null, dados);
    update fila_ativa f
    set agendar_para = agora(), espera_motivo = null
    from (select x.id
          from fila_ativa x
          where x.status = 'pendente'
            and x.agendar_para > agora()
            and (x.empresa_id = dona or dona is null)
            and (x.espera_motivo like 'fora da janela de envio%' or x.espera_motivo like 'limite de frequência%')
          order by x.id
          for update skip locked) as esperando
    where f.id = esperando.id;
    if found then
        perform fila_wake();
    end if;
end
$$;
