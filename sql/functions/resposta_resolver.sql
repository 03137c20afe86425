-- resposta_resolver: a person says what an answer meant: `classe` acts as if it had been understood so; "nenhuma" only
-- closes it, for who has dealt with it. Returns the row.
--
-- classe: positiva, negativa, feedback (after a visit); confirmar, cancelar, remarcar (a reminder); optout,
-- numero_errado; nenhuma. Of who asked not to be written to only the last three. Raises 22023 naming the argument.
create or replace function resposta_resolver(id bigint, classe text, por text default null)
returns respostas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    r respostas;
    pessoa clientes;
    v_classes text[];
begin
    select c.* into pessoa
    from clientes c
    where c.id = (select p.cliente_id from respostas p where p.id = resposta_resolver.id);
    -- the locks of supressao_incluir, in its order
    perform pg_advisory_xact_lock_shared(hashtextextended('clientes ' || pessoa.empresa_id, 0));
    perform pg_advisory_xact_lock(hashtextextended(pessoa.empresa_id || telefone_chave(pessoa.telefone), 0));
    perform 1 from clientes c where c.id = pessoa.id for no key update;
    select p.* into r from respostas p where p.id = resposta_resolver.id for update;
    if r.id is null then
        raise exception 'id: there is no answer %', coalesce(resposta_resolver.id::text, 'without an id') using errcode = '22023';
    end if;
    if r.estado <> 'pendente' then
        raise exception 'id: answer % is %, not pendente', r.id, r.estado using errcode = '55000';
    end if;
    v_classes := case when pessoa.status = 'optout' then '{}'::text[] else case r.pergunta when 'lembrete' then '{confirmar,cancelar,remarcar}'::text[]
        when 'pos_servico' then '{positiva,negativa,feedback}' when 'falta' then '{positiva,negativa}' else '{}' end end
        || '{optout,numero_errado,nenhuma}';
    if resposta_resolver.classe is null or resposta_resolver.classe <> all (v_classes) then
        raise exception 'classe: expected %, found "%"', array_to_string(v_classes, ', '), resposta_resolver.classe
            using errcode = '22023';
    end if;
    update respostas p
    set estado = 'resolvida', motivo = null, classe_corrigida = resposta_resolver.classe,
        resolvida_por = coalesce(nullif(btrim(resposta_resolver.por), ''), session_user), resolvida_em = agora(), updated_at = agora()
    where p.id = r.id
    returning p.* into r;
    if resposta_resolver.classe = 'nenhuma' then
        perform resposta_audit(r, 'nenhuma');
    elsif resposta_resolver.classe = 'optout' or resposta_resolver.classe = 'numero_errado' then
        perform resposta_leave(r, resposta_resolver.classe);
    elsif r.pergunta = 'lembrete' and resposta_resolver.classe = 'remarcar' then
        perform resposta_rebook(r);
    elsif r.pergunta = 'lembrete' then
        perform resposta_reminder(r, resposta_resolver.classe);
    else
        perform resposta_after_visit(r, resposta_resolver.classe);
    end if;
    select p.* into r from respostas p where p.id = r.id;
    return r;
end
$$;
grant execute on function resposta_resolver(bigint, text, text) to carteiro_ops_escrita;
