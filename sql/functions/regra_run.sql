-- regra_run: plans what the company's rules of conversations have to write now (null: every company).
-- Returns {agendados, regras {nome: n}, resumo}.
--
-- Two at once for one company come one after the other, and the second finds nothing left to plan.
create or replace function regra_run(empresa uuid default null)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    instante constant timestamptz := agora(); -- once: it would be asked for every row
    regra regras_followup;
    v_empresa uuid;
    v_regras jsonb := '{}';
    v_total bigint := 0;
    v_n bigint;
begin
    for v_empresa in
        select e.id from empresas e where regra_run.empresa is null or e.id = regra_run.empresa order by e.id
    loop
        perform pg_advisory_xact_lock(hashtext('carteiro.regra_run'), hashtext(v_empresa::text));
        perform regras_install(v_empresa);
        for regra in
            select r.* from regras_followup r
            where r.empresa_id = v_empresa and r.gatilho = 'conversa' and r.ativa
            order by r.id
        loop
            insert into disparos (empresa_id, regra_id, alvo_id, ocorrencia, regra_versao, passo, cliente_id, numero_id,
                quando, valido_ate)
            select regra.empresa_id, regra.id, a.conversa_id, a.ocorrencia, regra.versao, a.passo, a.cliente_id,
                a.numero_id, instante, instante + regra.validade
            from regra_alvos(regra) a
            on conflict on constraint disparos_unico do nothing;
            get diagnostics v_n = row_count;
            v_total := v_total + v_n;
            v_regras := v_regras || jsonb_build_object(regra.nome, v_n + coalesce((v_regras ->> regra.nome)::bigint, 0));
        end loop;
    end loop;
    if v_total > 0 then
        notify carteiro_planner;
    end if;
    return jsonb_build_object('agendados', v_total, 'regras', v_regras, 'resumo', '📩 Follow-ups agendados: ' || v_total);
end
$$;
grant execute on function regra_run(uuid) to carteiro_planner, carteiro_ops_escrita;
