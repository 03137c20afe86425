-- Who may touch what: role × table × privilege, and the functions of each process, as golden lists.
-- A change here is a change of what a stolen password can do: look twice.
begin;
select plan(19);

create temp table papel (nome text);
insert into papel values ('carteiro_sender'), ('carteiro_planner'), ('carteiro_gateway'), ('carteiro_api'),
    ('carteiro_ops_leitura'), ('carteiro_ops_escrita'), ('carteiro_grafana'), ('carteiro_keda');

-- tables, views and sequences: whole, and by column
create temp view direito as
select coalesce(g.rolname, 'public')::text as papel, c.relname::text, a.privilege_type as direito
from pg_class c
cross join lateral aclexplode(c.relacl) a
left join pg_roles g on g.oid = a.grantee
where c.relnamespace = 'carteiro'::regnamespace and a.grantee <> c.relowner
union all
select coalesce(g.rolname, 'public'), c.relname::text,
    a.privilege_type || ' (' || string_agg(t.attname, ', ' order by t.attname) || ')'
from pg_class c
join pg_attribute t on t.attrelid = c.oid
cross join lateral aclexplode(t.attacl) a
left join pg_roles g on g.oid = a.grantee
where c.relnamespace = 'carteiro'::regnamespace and a.grantee <> c.relowner
group by 1, 2, a.privilege_type;

select is(
    (select array_agg(d.linha order by d.linha collate "C") from (
        select concat_ws(': ', d.papel, d.direito, string_agg(d.relname, ' ' order by d.relname collate "C")) as linha
        from direito d group by d.papel, d.direito) d),
    array[
    'carteiro_api: INSERT: chaves_idempotencia',
    'carteiro_api: SELECT: agendamentos agendas api_documentos auditoria avisos campanha_destinatarios campanhas chaves_idempotencia clientes consentimentos contadores contas conversas disparos donos empresas feedback_eventos fila_mensagens horarios_atendimento identidades mensagens_proativas mensagens_recebidas modelos numeros pets regras_followup respostas respostas_pendentes segmentos',
    'carteiro_api: UPDATE: chaves_idempotencia',
    'carteiro_grafana: SELECT: painel_agendas painel_atendimento painel_banco painel_campanhas painel_campanhas_nomes painel_conexoes painel_empresas painel_erros painel_fila painel_horas painel_incertas painel_numeros painel_pausas painel_pendencias painel_proativas painel_respostas_abertas painel_tabelas painel_trabalhadores',
    'carteiro_ops_escrita: DELETE: fila_mensagens',
    'carteiro_ops_escrita: INSERT (agendar_para, canal, carga, cliente_id, conteudo, conversa_id, destino, digitando, empresa_id, faixa, formato, garantia, id, max_tentativas, metadata, modelo_id, numero_id, origem, origem_id, parametros, prioridade, resposta_a, status, tipo, valido_ate): fila_mensagens',
    'carteiro_ops_escrita: SELECT: agenda_disparos agendamentos agendas appointments auditoria aurora_proactive_messages avisos campanha_destinatarios campanha_erros campanhas chaves_api clientes consentimentos contadores contas conversas conversations disparos donos efeitos efeitos_retidos empresas faixas feedback_eventos feriados fila_ativa fila_mensagens followups horarios_atendimento identidades interacoes janelas_envio limites_frequencia mensagens_proativas mensagens_recebidas modelos modo_envio numeros pausas pets portfolios regra_mensagens regras_followup respostas respostas_pendentes resumo_acertos resumo_erros resumo_horas resumos_totais retencao ritmo_degradado segmentos supressoes tentativas toques trabalhadores webhook_eventos webhook_pendentes webhooks_vistos',
    'carteiro_ops_escrita: UPDATE (agendar_para, conteudo, max_tentativas, metadata, prioridade, status, valido_ate): fila_mensagens',
    'carteiro_ops_escrita: UPDATE (guardar): retencao',
    'carteiro_ops_escrita: USAGE: fila_ordem',
    'carteiro_ops_leitura: SELECT: agenda_disparos agendamentos agendas appointments auditoria aurora_proactive_messages avisos campanha_destinatarios campanha_erros campanhas chaves_api clientes consentimentos contadores contas conversas conversations disparos donos efeitos efeitos_retidos empresas faixas feedback_eventos feriados fila_ativa fila_mensagens followups horarios_atendimento identidades interacoes janelas_envio limites_frequencia mensagens_proativas mensagens_recebidas modelos modo_envio numeros pausas pets portfolios regra_mensagens regras_followup respostas respostas_pendentes resumo_acertos resumo_erros resumo_horas resumos_totais retencao ritmo_degradado segmentos supressoes tentativas toques trabalhadores webhook_eventos webhook_pendentes webhooks_vistos',
    'public: SELECT: funcoes_aplicadas migracoes relogio'],
    'role × table × privilege');

-- what each process may call; nothing of it is open to everybody
create temp view chamada as
select coalesce(g.rolname, 'public') as papel, p.proname::text as funcao, p.prosecdef as is_definer
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
left join pg_roles g on g.oid = a.grantee
where p.pronamespace = 'carteiro'::regnamespace and a.grantee <> p.proowner;
create function pg_temp.chama(text) returns text language sql
as $$ select coalesce(string_agg(c.funcao, ' ' order by c.funcao), '') from chamada c where c.papel = $1 $$;
select is(pg_temp.chama('carteiro_sender'), 'fila_claim fila_claim_alone fila_lanes fila_lanes_known fila_numeros fila_pause_auto fila_probe_passed fila_reach fila_record fila_record_now fila_throttled fila_window_closed sender_gone sender_seen worker_seen', 'the sender');
select is(pg_temp.chama('carteiro_gateway'), 'api_call api_esquema api_problem api_rota api_rotas api_validate api_validate_consulta chave_usar cliente_localizar fila_wake modelo_sincronizar supressao_existe webhook_apply webhook_store worker_seen', 'the gateway');
-- routes, and what they call with the key's company or with an id that they have seen under row level security
select is(regexp_replace(regexp_replace(pg_temp.chama('carteiro_api'), '\mapi_\w+ ?', '', 'g'), '\m(agenda|agendamento|fila_explicar|job|segmento)\w* ?', '', 'g'),
    'aviso_resolver campanha_cancelar campanha_copiar campanha_criar campanha_editar campanha_iniciar campanha_pausar campanha_previa campanha_progresso campanha_reenviar campanha_relatorio campanha_retomar campanha_testar cliente_salvar consentimento_registrar consentimento_revogar conversa_assumir conversa_devolver conversa_etapa dono_remover dono_salvar enfileirar fila_cancelar fila_pausar fila_reprocessar fila_retomar followup_agendar followup_cancelar followup_listar followup_processar horario_remover horario_salvar horarios_livres pet_salvar proativo_disparar proativo_tipos regra_ativar regra_desativar regra_listar resposta_resolver resumo_texto supressao_incluir supressao_retirar telefone_exigir telefone_variantes webhook_visto', 'the API');
select is(pg_temp.chama('carteiro_grafana') || ', ' || pg_temp.chama('carteiro_keda'), 'painel_campanha_termina, fila_enviavel', 'dashboards and scalers');
select ok(not exists (select from chamada c where c.papel = 'carteiro_planner' and c.funcao !~ '^(agenda|campanha|disparos|efeitos|fila|regra|resposta|resumo|webhook|worker)_'), 'the planner: queue, campaigns, rules, answers, truths');
select ok(not exists (select from chamada c where c.papel = 'carteiro_planner'
        and c.funcao in ('fila_claim', 'fila_record', 'fila_record_now', 'fila_move', 'fila_cancelar', 'fila_reprocessar', 'webhook_store')),
    'which it neither sends from nor overrules people in');
select is((select string_agg(c.funcao, ' ' order by c.funcao) from chamada c where c.papel = 'public' and c.is_definer), null, 'no definer''s rights for everybody');
select ok(not exists (
    select from chamada c join pg_proc p on p.proname = c.funcao and p.pronamespace = 'carteiro'::regnamespace
    where c.papel = 'public' and p.provolatile = 'v' and p.proname <> 'uuidv7'), 'what everybody may call changes nothing');
select is(pg_temp.chama('carteiro_ops_leitura'),
    'agenda_listar agenda_previa agendamento_listar aviso_listar campanha_listar campanha_previa campanha_progresso campanha_relatorio chave_listar conta_resolver conversa_listar cron_next dono_listar empresa_resolver feriado_e feriado_listar fila_explicar fila_explicar_destinatario followup_listar frequencia_listar horario_listar horarios_livres instante_ler janela_aberta janela_antes janela_listar janela_proxima job_metrics modelo_resolver numero_resolver planejador_simular proativo_previa regra_simular resposta_listar segmento_listar segmento_previa',
    'who only looks calls nothing that writes');

-- definer's rights: names mean what their owner meant, pg_temp last
select is((select string_agg(p.proname, ' ') from pg_proc p where p.pronamespace = 'carteiro'::regnamespace and p.prosecdef
        and not coalesce(p.proconfig, '{}') @> array['search_path=carteiro, pg_temp']),
    null, 'each definer''s function has its search_path, pg_temp last');
select is((select string_agg(p.proname, ' ') from pg_proc p where p.pronamespace = 'carteiro'::regnamespace
        and p.proowner <> 'carteiro_owner'::regrole),
    null, 'and belongs to carteiro_owner');
select is((select string_agg(c.relname, ' ') from pg_class c where c.relnamespace = 'carteiro'::regnamespace and c.relowner <> 'carteiro_owner'::regrole),
    null, 'so do all tables');
select is((select string_agg(r.rolname, ' ') from pg_roles r
        where r.rolname like 'carteiro\_%' and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolcanlogin or r.rolreplication)),
    null, 'no group can log in, passes by a policy, or makes roles');
select ok(not exists (select from papel p where has_schema_privilege(p.nome, 'carteiro', 'create')), 'nobody else makes anything in the schema');
select ok(not has_schema_privilege('public', 'carteiro', 'usage'), 'and strangers do not see into it');
select is((select string_agg(a.rolname || ' < ' || b.rolname, ', ' order by 1) from pg_auth_members m
        join pg_roles a on a.oid = m.member join pg_roles b on b.oid = m.roleid where a.rolname like 'carteiro\_%'),
    'carteiro_gateway < carteiro_api, carteiro_ops_escrita < carteiro_ops_leitura', 'who is also whom');

-- and by trying
set local role carteiro_sender;
select throws_ok('select count(*) from fila_mensagens', '42501', null, 'the sender reads nothing');
select throws_ok('select fila_move(null, null, null)', '42501', null, 'and calls nothing but its own');
reset role;
select * from finish();
rollback;
