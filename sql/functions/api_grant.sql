-- api_grant: gives carteiro_api the functions that routes call with a company of their own, in one place.
-- Each either takes the company as an argument (routes give empresa_atual()) or an id that the route has
-- looked up under row level security before. Called by schema_prepare, when all functions are there.
create or replace function api_grant()
returns void
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_funcao regprocedure;
begin
    for v_funcao in
        select f.oid::regprocedure
        from pg_proc f
        where f.pronamespace = 'carteiro'::regnamespace
          and f.proname = any (array['agenda_ativar', 'agenda_desativar', 'agenda_executar', 'agenda_listar', 'agenda_previa',
              'agendamento_cancelar', 'agendamento_confirmar', 'agendamento_reenviar', 'agendamento_remarcar', 'agendamento_salvar',
              'agendamento_status', 'aviso_resolver', 'campanha_cancelar', 'campanha_copiar', 'campanha_criar', 'campanha_editar',
              'campanha_iniciar', 'campanha_pausar', 'campanha_previa', 'campanha_progresso', 'campanha_reenviar', 'campanha_relatorio',
              'campanha_retomar', 'campanha_testar', 'cliente_salvar', 'consentimento_registrar', 'consentimento_revogar',
              'conversa_assumir', 'conversa_devolver', 'conversa_etapa', 'dono_remover', 'dono_salvar', 'enfileirar', 'fila_cancelar',
              'fila_explicar', 'fila_pausar', 'fila_reprocessar', 'fila_retomar', 'followup_agendar', 'followup_cancelar',
              'followup_listar', 'followup_processar', 'horario_remover', 'horario_salvar', 'horarios_livres', 'job_24h', 'job_2h',
              'job_metrics', 'job_no_shows', 'pet_salvar', 'proativo_disparar', 'proativo_tipos', 'regra_ativar', 'regra_desativar',
              'regra_listar', 'resposta_resolver', 'segmento_listar', 'segmento_previa', 'segmento_remover', 'segmento_salvar',
              'supressao_incluir', 'supressao_retirar', 'telefone_exigir', 'telefone_variantes'])
    loop
        execute format('grant execute on function %s to carteiro_api', v_funcao);
    end loop;
end
$$;
