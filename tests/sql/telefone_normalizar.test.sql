-- telefone_normalizar and its relatives: the vectors of a Brazilian spreadsheet.
begin;
select plan(69);

create temp table v (celula text, telefone text, motivo text, porque text);
insert into v values
    ('11 98765-4321',            '+5511987654321', null, 'mobile'),
    ('(11) 9 8765-4321',         '+5511987654321', null, 'spaced ninth digit'),
    ('+55(11)98765.4321',        '+5511987654321', null, 'dots'),
    ('5511987654321',            '+5511987654321', null, 'country code without plus'),
    ('00 55 11 98765-4321',      '+5511987654321', null, 'international prefix'),
    ('011 98765-4321',           '+5511987654321', null, 'trunk zero'),
    ('0xx11 98765-4321',         '+5511987654321', null, 'trunk zero, carrier left open'),
    ('015 85 998807732',         '+5585998807732', null, 'carrier code'),
    ('+55 015 11 98765-4321',    '+5511987654321', null, 'country and carrier code'),
    ('="11987654321"',           '+5511987654321', null, 'guarded from the spreadsheet'),
    ('11987654321.0',            '+5511987654321', null, 'written as a decimal'),
    (E'\u202A+55 11 98765\u20114321\u202C', '+5511987654321', null, 'invisible marks and odd hyphen'),
    ('Cel: 11 98765-4321 (mãe)', '+5511987654321', null, 'words around'),
    ('31 8765-4321',             '+553187654321',  null, 'old mobile stays as given'),
    ('11 3456-7890',             '+551134567890',  null, 'fixed line'),
    ('55 99876-5432',            '+5555998765432', null, 'DDD 55 is no country code'),
    ('55 3221-1234',             '+555532211234',  null, 'DDD 55, fixed line'),
    ('11 94567-8901',            '+5511945678901', null, 'mobile 94 in DDD 11'),
    ('+1 415 555 2671',          '+14155552671',   null, 'foreign'),
    ('+351 912 345 678',         '+351912345678',  null, 'foreign'),
    ('21 94567-8901',            null, 'bad_number',  'mobile 94 outside DDD 11'),
    ('+55 31 9 3234-5678',       null, 'bad_number',  'fixed line behind a 9'),
    ('98765-4321',               null, 'bad_number',  'no DDD'),
    ('11 9876-543',              null, 'bad_number',  'too short'),
    ('11 987654-32100',          null, 'bad_number',  'too long'),
    ('11 1234-5678',             null, 'bad_number',  'begins with 1'),
    ('não tem',                  null, 'bad_number',  'words'),
    ('3456-7890 ramal 12',       null, 'bad_number',  'extension is not part of the number'),
    ('3456-7890/91',             null, 'bad_number',  'range is not one number'),
    ('+55',                      null, 'bad_number',  'country only'),
    ('+11 98765-4321',           null, 'bad_number',  'no such country'),
    ('0051 99876-5432',          null, 'bad_number',  'Peru or Porto Alegre'),
    ('+999 12345678',            null, 'bad_number',  'no such country'),
    ('+4412345678901234',        null, 'two_numbers', 'longer than any number'),
    ('20 98765-4321',            null, 'bad_ddd',     'DDD 20'),
    ('(10) 3456-7890',           null, 'bad_ddd',     'DDD 10'),
    ('5523987654321',            null, 'bad_ddd',     'DDD 23 behind the country code'),
    ('0800 123 4567',            null, 'not_a_person', '0800'),
    ('800 1234567',              null, 'not_a_person', '0800 that lost its zero'),
    ('0300 789 1234',            null, 'not_a_person', '0300'),
    ('4004-1234',                null, 'not_a_person', '4004'),
    ('190',                      null, 'not_a_person', 'police'),
    ('5,51198E+12',              null, 'spreadsheet_damage', 'scientific, comma'),
    ('5.51E+12',                 null, 'spreadsheet_damage', 'scientific, dot'),
    ('#########',                null, 'spreadsheet_damage', 'column too narrow'),
    ('#N/D',                     null, 'spreadsheet_damage', 'formula error'),
    ('(11) 98765-4321 / (11) 3456-7890', null, 'two_numbers', 'bar'),
    ('11987654321 ou 1134567890',        null, 'two_numbers', 'ou'),
    ('11 98765-4321 11 91234-5678',      null, 'two_numbers', 'space only'),
    ('98765-4321;3456-7890',             null, 'two_numbers', 'without DDD'),
    ('',                         null, 'no_phone', 'empty'),
    ('  ',                       null, 'no_phone', 'blank'),
    ('-',                        null, 'no_phone', 'dash'),
    (null,                       null, 'no_phone', 'null');

select is(row(r.telefone, r.motivo), row(v.telefone, v.motivo), porque)
from v, telefone_normalizar(celula) r;

select is(
    array(select ddd from generate_series(10, 99) ddd where (telefone_normalizar(ddd || '987654321')).telefone is not null),
    '{11,12,13,14,15,16,17,18,19,21,22,24,27,28,31,32,33,34,35,37,38,41,42,43,44,45,46,47,48,49,51,53,54,55,
      61,62,63,64,65,66,67,68,69,71,73,74,75,77,79,81,82,83,84,85,86,87,88,89,91,92,93,94,95,96,97,98,99}'::int[],
    'every DDD in use and no other');
select is(telefone_variantes('+5511987654321'), '{+551187654321}', 'a mobile without its ninth digit');
select is(telefone_variantes('+553187654321'), '{+5531987654321}', 'an old mobile with it');
select is(telefone_variantes('+551134567890'), '{}', 'a fixed line has no variant');
select is(telefone_variantes('+5511945678901'), '{}', 'without its 9 it would be a fixed line');
select is(telefone_variantes('+14155552671'), '{}', 'a foreign number has no variant');
select is(telefone_chave('+553187654321'), telefone_chave('+5531987654321'), 'both forms are one person');
select is(telefone_chave('+551134567890'), '+551134567890', 'a fixed line is its own key');
select is(telefone_fuso('+5568987654321'), 'America/Rio_Branco', 'DDD 68');
select is(telefone_fuso('+5511987654321'), 'America/Sao_Paulo', 'DDD 11');
select is(telefone_fuso('+14155552671'), null, 'foreign: unknown');
select is(
    (select count(*) from generate_series(11, 99) ddd
     where not exists (select from pg_timezone_names where name = telefone_fuso('+55' || ddd || '987654321'))),
    0::bigint, 'every zone exists');
select is(telefone_mascarar('(11) 98765-4321 / 2233'), '(**) *****-**** / **33', 'digits masked, shape kept');
select is(telefone_mascarar('ligar p/ José'), 'l** p/ J**', 'words masked');
select is(length(telefone_mascarar(repeat('9 ', 5000))), 60, 'cut');

select * from finish();
rollback;
