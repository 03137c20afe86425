-- feriados, feriado_e: the calendar against Easter dates and holidays written down by hand.
begin;
select plan(26);
create temp table casa as select * from empresa_salvar('Clínica');
create temp table vizinha as select * from empresa_salvar('Vizinha');

-- Easter as the almanacs print it
create temp table pascoas (dia date);
insert into pascoas values ('2024-03-31'), ('2025-04-20'), ('2026-04-05'), ('2027-03-28'), ('2028-04-16'), ('2029-04-01'),
    ('2030-04-21'), ('2031-04-13'), ('2032-03-28'), ('2033-04-17'), ('2034-04-09'), ('2035-03-25');
select is((select array_agg(pascoa(extract(year from p.dia)::integer) order by p.dia) from pascoas p),
    (select array_agg(p.dia order by p.dia) from pascoas p), 'Easter, 2024 to 2035');
-- the two ends of the calendar, and the years that simpler rules get wrong
select is(array[pascoa(1818), pascoa(1943), pascoa(1954), pascoa(1981), pascoa(2038), pascoa(2049), pascoa(2076), pascoa(2285)],
    '{1818-03-22,1943-04-25,1954-04-18,1981-04-19,2038-04-25,2049-04-18,2076-04-19,2285-03-22}', 'the earliest and latest there are');

-- of every year: nine fixed days and Good Friday, no other
select is((select string_agg(to_char(f.data, 'DD/MM'), ' ' order by f.data)
        from feriados(extract(year from p.dia)::integer) f
        where not f.facultativo and f.data <> p.dia - 2),
    '01/01 21/04 01/05 07/09 12/10 02/11 15/11 20/11 25/12', 'fixed holidays of ' || to_char(p.dia, 'YYYY')) from pascoas p order by p.dia;
select is((select count(*) from pascoas p cross join lateral feriados(extract(year from p.dia)::integer) f
        where f.nome = 'Sexta-feira Santa' and f.data = p.dia - 2), 12::bigint, 'Good Friday is two days before Easter');
select is((select array_agg(f.data order by f.data) from generate_series(2026, 2028) a cross join lateral feriados(a) f where f.facultativo),
    '{2026-02-16,2026-02-17,2026-06-04,2027-02-08,2027-02-09,2027-05-27,2028-02-28,2028-02-29,2028-06-15}', 'Carnival and Corpus Christi, also on 29 February');
select is((select string_agg(f.nome, ' ') from feriados(2023) f where f.data = '2023-11-20'), null, '20 November is national from 2024 on');
select is((select count(*) from generate_series('1990-01-01'::timestamp, '2100-12-31', '1 day') d
        where feriado_nacional(d::date) <> coalesce((
            select case when f.facultativo then 2 else 1 end
            from feriados(extract(year from d)::integer) f where f.data = d::date limit 1), 0)
          and d >= '2019-01-01' and d < '2036-01-01'), 0::bigint, 'what the claim asks is the same calendar, day by day');

-- for a company
create function pg_temp.e(data date) returns boolean language sql as $$ select feriado_e($1, (select id from casa)) $$;
select is(array[pg_temp.e('2026-11-20'), pg_temp.e('2026-11-21'), pg_temp.e('2026-02-17')], '{t,f,f}', 'optional days are working days');
select is(feriado_facultativos(true, 'Clínica'), true, 'until the company keeps them');
select is(array[pg_temp.e('2026-02-16'), pg_temp.e('2026-02-17'), pg_temp.e('2026-06-04'), pg_temp.e('2026-02-18')], '{t,t,t,f}', 'Ash Wednesday is none');
select is(feriado_e('2026-02-17', (select id from vizinha)), false, 'of no other company');
select feriado_salvar('2026-07-09', 'Revolução', 'Clínica'), feriado_salvar('2026-01-25', 'Aniversário da cidade', 'todas') \g /dev/null
select is(array[pg_temp.e('2026-07-09'), feriado_e('2026-07-09', (select id from vizinha)), feriado_e('2026-01-25', (select id from vizinha))],
    '{t,f,t}', 'local ones: its own, and those of all');
select is((feriado_salvar('2026-07-09', 'Revolução Constitucionalista', 'Clínica')).nome, 'Revolução Constitucionalista', 'named anew');
select is((select string_agg(l.nome || ' ' || l.alcance || ' ' || l.vale, ', ' order by l.data) from feriado_listar(2026, 'Vizinha') l
        where l.alcance <> 'nacional'),
    'Aniversário da cidade local, de todas true, Carnaval (segunda-feira) ponto facultativo false, Carnaval (terça-feira) ponto facultativo false, Corpus Christi ponto facultativo false',
    'the list says what counts');
select is(array[feriado_remover('2026-07-09', 'Clínica'), feriado_remover('2026-07-09', 'Clínica'), pg_temp.e('2026-07-09')], '{t,f,f}', 'taken away once');
select * from finish();
rollback;
