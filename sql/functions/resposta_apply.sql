-- resposta_apply: takes one answer whose time has come, reads it and acts on it. Returns 1; 0 when none is due or
-- others hold all of them. One a transaction: each has locks of its own.
--
-- An answer that cannot be acted on goes to a person, with the reason, and stops no other. The person is locked
-- before the answer, as webhooks do.
create or replace function resposta_apply()
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_devida record;
    v_lida record;
    r respostas;
begin
    for v_devida in
        select p.id, p.cliente_id, p.empresa_id, c.telefone
        from respostas p
        join clientes c on c.id = p.cliente_id
        where p.estado = 'juntando' and p.aplicar_em <= agora()
        order by p.aplicar_em, p.id
        limit 20
    loop
        -- the locks of supressao_incluir: beside an import that makes this person, the suppression is seen
        continue when not pg_try_advisory_xact_lock_shared(hashtextextended('clientes ' || v_devida.empresa_id, 0))
            or not coalesce(pg_try_advisory_xact_lock(
                hashtextextended(v_devida.empresa_id || telefone_chave(v_devida.telefone), 0)), true);
        perform 1 from clientes c where c.id = v_devida.cliente_id for no key update skip locked;
        continue when not found;
        select p.* into r
        from respostas p
        where p.id = v_devida.id and p.estado = 'juntando' and p.aplicar_em <= agora()
        for update;
        continue when not found;

        begin
            v_lida := resposta_read(r);
            update respostas p
            set estado = 'aplicada', aplicar_em = null, classe = v_lida.classe, regra = v_lida.regra,
                confianca = v_lida.confianca, updated_at = agora()
            where p.id = r.id
            returning p.* into r;
            perform resposta_act(r, r.classe);
        exception
            when serialization_failure or deadlock_detected then
                raise; -- the whole is repeated
            when others then
                perform resposta_ask(v_devida.id, 'não foi possível aplicar: erro ' || sqlstate);
        end;
        return 1;
    end loop;
    return 0;
end
$$;
grant execute on function resposta_apply() to carteiro_planner;
