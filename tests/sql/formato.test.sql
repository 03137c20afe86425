-- formato_*: how Brazilians write money, days, hours, phones, counts and lists.
begin;
select plan(34);

select is(formato_reais(v.valor), v.texto, v.texto)
from (values (0::numeric, 'R$ 0,00'), (0.5, 'R$ 0,50'), (150, 'R$ 150,00'), (1450, 'R$ 1.450,00'), (1234567.891, 'R$ 1.234.567,89'),
    (-20, '-R$ 20,00')) v (valor, texto);
select is(formato_data('2026-03-05', '2026-12-31'), '05/03', 'a day of this year');
select is(formato_data('2025-12-31', '2026-01-01'), '31/12/2025', 'of another');
select is(formato_dia(date '2026-03-16' + n), (array['segunda-feira', 'terça-feira', 'quarta-feira', 'quinta-feira', 'sexta-feira', 'sábado', 'domingo'])[n + 1], 'weekday ' || n)
from generate_series(0, 6) n;
select is(formato_hora(v.em::timestamptz, v.fuso), v.texto, v.em || ' in ' || v.fuso)
from (values ('2026-03-20 14:00-03', 'America/Sao_Paulo', '14h'), ('2026-03-20 14:30-03', 'America/Sao_Paulo', '14h30'),
    ('2026-03-20 14:05-03', 'America/Manaus', '13h05'), ('2026-03-20 00:00-03', 'America/Sao_Paulo', '0h'),
    ('2019-01-20 09:00-02', 'America/Sao_Paulo', '9h')) v (em, fuso, texto);
select is(formato_telefone(v.e164), v.texto, v.e164)
from (values ('+5511987654321', '(11) 98765-4321'), ('+551134567890', '(11) 3456-7890'), ('+351912345678', '+351912345678')) v (e164, texto);
select is(formato_contagem(v.n, 'cliente', 'clientes', v.nenhum), v.texto, v.texto)
from (values (0, null, '0 clientes'), (0, 'Nenhum cliente', 'Nenhum cliente'), (1, 'Nenhum cliente', '1 cliente'), (2, null, '2 clientes'),
    (1450, null, '1.450 clientes')) v (n, nenhum, texto);
select is(formato_enumerar(v.partes), v.texto, coalesce(v.texto, 'nothing'))
from (values ('{}'::text[], null), ('{9h}', '9h'), ('{9h,10h}', '9h e 10h'), ('{9h,10h,14h30}', '9h, 10h e 14h30')) v (partes, texto);
select is(formato_nome(E'  Ana\n Lima '), 'Ana Lima', 'one line');
select is(length(formato_nome(repeat('x', 200))), 60, 'at most 60 characters');
select * from finish();
rollback;
