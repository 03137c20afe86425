-- campanha_enqueue: from the list into the queue, as much as the day allows.
begin;
select plan(46);
\ir campanha_pessoas.sql

-- one row, whole
select id as c from campanha_criar('t', 'promocional', 'Oi {nome}, o {pet} está bem? 100%', modelo => 'oi_pet',
    max_por_dia => null, valido_ate => agora() + interval '1 day') \gset
select campanha_iniciar(:'c');
select is(campanha_enqueue(:'c', 10), 0, 'nobody is on the list yet');
select campanha_freeze(:'c', 1);
select is(campanha_enqueue(:'c', 10), 1, 'whoever is on it goes at once');
select is(enfileirada_em is null and pg_temp.quem(enfileirada_ate) = 'ana', true, 'up to where the list goes') from campanhas where id = :'c';
create temp table f as select * from fila_ativa where origem_id = :'c';
select is(conteudo, 'Oi Ana, o Rex está bem? 100%', 'the text') from f;
select is(array[f.modelo_id::text, f.parametros::text], array[m.id::text, '["Rex"]'], 'the template beside it')
from f, modelos m where m.nome = 'oi_pet';
select is(array[tipo, formato, destino, garantia, canal, status], '{promocional,texto,+5511987650001,no_maximo_uma,whatsapp,pendente}', 'its kind') from f;
select is(array[f.empresa_id = c.empresa_id, f.numero_id = linha.id, f.faixa = c.faixa_id, f.prioridade = 3, f.conversa_id is null,
        f.agendar_para = agora(), f.valido_ate = c.valido_ate, f.created_at = agora()], array_fill(true, array[8]), 'its place')
from f, linha, campanhas c where c.id = :'c';
select is(array[origem, origem_id, metadata::text], array['campanha', :'c', format('{"campanha_id": "%s"}', :'c')], 'its origin') from f;
select is(array[d.status, d.dia::text], array['na_fila', (agora() at time zone 'America/Sao_Paulo')::date::text], 'the list knows')
from campanha_destinatarios d join f on f.id = d.mensagem_id;

-- which body
select is(campanha_freeze(:'c', 9), 8, 'the rest of the list');
select is(pg_temp.lista(:'c'), 'ana bia caio:optout davi:sem_telefone eva:sem_consentimento fabio gil:sem_pet hugo:sem_pet ivo:optout',
    'fabio has no name, but his window is shut and the template needs none');
select is(campanha_enqueue(:'c', 9), 2, 'bia and fabio');
select is(array[formato, conteudo, parametros::text], array['template', null, '["Nina"]'], 'no text with a hole')
from fila_ativa where destino = '+5511987650006';
select is(enfileirada_em = agora() and envios_criados = 3, true, 'all of it is queued') from campanhas where id = :'c';
select is(campanha_enqueue(:'c', 9), 0, 'nobody is queued twice');
select is(pg_temp.fila(:'c'), 'ana bia fabio', 'the queue');

select id as c from campanha_criar('t', 'followup', 'Oi {nome}, o {pet} está bem?', modelo => 'oi_nome') \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select campanha_enqueue(:'c', 99);
select is(array[formato, conteudo, parametros::text, garantia, tipo], '{template,null,"[\"Hugo\"]",pelo_menos_uma,followup}', 'a followup may go twice rather than never')
from fila_ativa where origem_id = :'c' and destino = '+5511987650008';
select id as c from campanha_criar('t', 'primeiro_contato', 'Oi {nome}!', modelo => 'oi_pet') \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select campanha_enqueue(:'c', 99);
select is(array[conteudo, modelo_id::text, parametros::text, garantia, tipo], '{Oi Gil!,null,null,no_maximo_uma,primeiro_contato}', 'no template with a hole either')
from fila_ativa where origem_id = :'c' and destino = '+5511987650007';
select is(f.conversa_id, k.id, 'in the conversation that is open')
from fila_ativa f join conversas k on k.cliente_id = f.cliente_id where f.origem_id = :'c';

-- what changed since the list was written
select id as c from campanha_criar('t', 'promocional', 'Oi {nome}!', modelo => 'oi_nome', max_por_dia => 3) \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select is(pg_temp.lista(:'c'), 'ana bia caio:optout davi:sem_telefone eva:sem_consentimento fabio:sem_nome gil hugo ivo:optout', 'the list');
update clientes set status = 'optout' where telefone = '+5511987650001';
update clientes set primeiro_nome = '' where telefone = '+5511987650002';
update clientes set tags = '{outra}', primeiro_nome = 'Gilberto' where telefone = '+5511987650007';
delete from conversas;
delete from clientes where telefone = '+5511987650008';
select is(campanha_enqueue(:'c', 99), 3, 'the first three of the list');
select is(pg_temp.lista(:'c'),
    'ana:optout bia:sem_nome caio:optout davi:sem_telefone eva:sem_consentimento fabio:sem_nome gil hugo ivo:optout', 'left out now, two of them');
select is(array[envios_no_dia, envios_criados, total_destinatarios], '{1,1,2}', 'they do not count for the day') from campanhas where id = :'c';
select is(campanha_enqueue(:'c', 99), 1, 'so the next may go');
select is(pg_temp.lista(:'c'),
    'ana:optout bia:sem_nome caio:optout davi:sem_telefone eva:sem_consentimento fabio:sem_nome gil hugo:sem_telefone ivo:optout',
    'nobody there any more');
select is(pg_temp.fila(:'c'), 'gil', 'one message');
select is(conteudo, 'Oi Gilberto!', 'with the name as it is now') from fila_ativa where origem_id = :'c';
select is(d.mensagem_id is null and d.dia is null, true, 'left out, without a message')
from campanha_destinatarios d where d.campanha_id = :'c' and pg_temp.quem(d.cliente_id) = 'ana';

-- max_por_dia, in the days of the company
update clientes set status = 'ativo', primeiro_nome = 'X' where telefone is not null;
insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido, created_at)
select casa.id, 'P' || i, '+55119876510' || lpad(i::text, 2, '0'), true, agora() - interval '1 day' from casa, generate_series(1, 5) i;
select date_trunc('day', agora() at time zone 'America/Sao_Paulo') at time zone 'America/Sao_Paulo' + interval '1 day' as meia_noite \gset
insert into relogio (deslocamento) select :'meia_noite'::timestamptz - now() - interval '1 minute';
select id as c from campanha_criar('t', 'promocional', modelo => 'oi_nome', max_por_dia => 4) \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select is(total_destinatarios, 10, 'ten people') from campanhas where id = :'c';
select is(campanha_enqueue(:'c', 3), 3, 'three');
select is(campanha_enqueue(:'c', 3), 1, 'one more, and the day is full');
select is(campanha_enqueue(:'c', 3), 0, 'nobody at 23:59');
select is((select count(*) from campanha_advance(99, null)), 0::bigint, 'nor by the planner');
update relogio set deslocamento = :'meia_noite'::timestamptz - now();
select is((select enfileiradas from campanha_advance(99, null)), 4, 'at midnight a new day');
select is(campanha_enqueue(:'c', 3), 0, 'full again');
update relogio set deslocamento = deslocamento + interval '49 hours';
select is(campanha_enqueue(:'c', 99), 2, 'two days later the rest');
select is(enfileirada_em is not null, true, 'which is all') from campanhas where id = :'c';
select results_eq(format('select count(*) from campanha_destinatarios where campanha_id = %L and mensagem_id is not null group by dia order by dia', :'c'),
    'values (4::bigint), (4), (2)', 'by days');

-- states
select id as c from campanha_criar('t', 'promocional', modelo => 'oi_nome', max_por_dia => null) \gset
select is(campanha_enqueue(:'c', 1), 0, 'a draft queues nobody');
select throws_ok(format('select campanha_enqueue(%L, null)', :'c'), '22023', 'n: expected 1 or more, found <NULL>', 'n is checked');
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select is(campanha_enqueue(:'c', 10), 10, 'a stretch that ends with the list');
select is(enfileirada_em is null, true, 'does not know it yet') from campanhas where id = :'c';
select is(campanha_enqueue(:'c', 10), 0, 'the next look');
select is(enfileirada_em is not null, true, 'does') from campanhas where id = :'c';

-- nobody at all
select id as c from campanha_criar('t', 'promocional', modelo => 'oi_nome', filtro_tags => '{ninguem}') \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select is(campanha_enqueue(:'c', 9), 0, 'an empty list');
select is(enfileirada_em is not null, true, 'is queued, whole') from campanhas where id = :'c';

select * from finish();
rollback;
