-- Who may touch what. People and processes write through functions (security definer, owned by
-- carteiro_owner); the queue alone takes plain INSERT, UPDATE and DELETE from ops.
--
-- Row level security is on and forced for every table that holds personal data, also with a
-- policy that is just `true`: without it a failed CHECK prints the whole row, text and phone,
-- to client and log.

do $$
declare
    tabela text;
begin
    foreach tabela in array array['fila_mensagens', 'fila_ativa', 'clientes', 'identidades',
        'consentimentos', 'conversas', 'mensagens_recebidas', 'campanhas',
        'campanha_destinatarios', 'tentativas', 'webhook_eventos', 'efeitos']
    loop
        execute format('alter table %I enable row level security', tabela);
        execute format('alter table %I force row level security', tabela);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', tabela);
        execute format('create policy ops on %I to carteiro_ops_leitura, carteiro_ops_escrita
            using (true) with check (true)', tabela);
    end loop;
end
$$;

-- The ledgers that nobody rewrites.
create policy frota on auditoria to carteiro_owner using (true) with check (true);
create policy ops on auditoria for select to carteiro_ops_leitura, carteiro_ops_escrita using (true);
create policy frota on supressoes to carteiro_owner using (true) with check (true);
create policy ops on supressoes for select to carteiro_ops_leitura, carteiro_ops_escrita using (true);
alter table auditoria enable row level security;
alter table auditoria force row level security;
alter table supressoes enable row level security;
alter table supressoes force row level security;

-- A row that is being sent is its sender's, also against a lock. The row trigger alone passes over
-- it only after the row is locked, until the end of the person's transaction: an UPDATE left open
-- stopped every sender whose rows in flight it had touched, and one over several of them deadlocked
-- with the record. So the UPDATE does not even see them; the trigger stays for what is claimed
-- meanwhile.
create policy em_envio on fila_mensagens as restrictive for update to carteiro_ops_escrita
    using (status <> 'processando');

grant select on empresas, portfolios, contas, numeros, modelos, clientes, identidades, consentimentos,
    supressoes, conversas, mensagens_recebidas, auditoria, faixas, pausas, fila_mensagens, fila_ativa,
    tentativas, efeitos, webhook_eventos, trabalhadores, campanhas, campanha_destinatarios
    to carteiro_ops_leitura, carteiro_ops_escrita;

-- not encerrada_em, reserva_seq, wamid, entrega and their like: nobody makes a row that was sent
grant insert (id, empresa_id, cliente_id, conversa_id, numero_id, canal, destino, tipo, formato, conteudo,
        carga, modelo_id, parametros, prioridade, faixa, status, max_tentativas, agendar_para, valido_ate,
        garantia, origem, origem_id, metadata)
    on fila_mensagens to carteiro_ops_escrita;
grant delete on fila_mensagens to carteiro_ops_escrita;
grant update (status, conteudo, prioridade, agendar_para, valido_ate, max_tentativas, metadata)
    on fila_mensagens to carteiro_ops_escrita;
grant usage on sequence fila_ordem to carteiro_ops_escrita;
grant select on relogio to public;
