-- erro_descrever: Graph errors for people who read reports.
begin;
select plan(4);
select is(erro_descrever(null), null, 'no error');
select is(erro_descrever(131047), 'janela de 24 h fechada: só modelo', 'a known one');
select is(erro_descrever(999999), 'erro 999999 da Meta', 'any other by its number');
\ir campanha_pessoas.sql
select id as c from campanha_criar('t', 'promocional', 'Oi {nome}!', modelo => 'oi_nome', max_por_dia => null) \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select campanha_enqueue(:'c', 99);
select pg_temp.termina(:'c', '{ana}');
update fila_mensagens set entrega = 'falhou', falhou_em = agora(), erro_codigo = 131049 where origem_id = :'c' and status = 'enviada';
select pg_temp.efeitos();
select is(campanha_relatorio(:'c') #> '{detalhes,erros_comuns}', '[{"erro": "a Meta limitou o marketing para esta pessoa", "total": 1}]', 'the report says what a webhook said');
select * from finish();
rollback;
