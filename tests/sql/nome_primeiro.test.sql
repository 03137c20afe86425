-- nome_primeiro: what {nome} says.
begin;
select plan(25);

select is(nome_primeiro(nome), primeiro, coalesce(nome, 'null'))
from (values
    ('Cauã Pereira; filha',   'Cauã'),
    ('  caetano   açucena ',  'Caetano'),
    ('Fábio "Fá" Gonçalves',  'Fábio'),
    ('"Maria" Silva',         'Maria'),
    ('“Zé” Carlos',           'Zé'),
    ('Sra. Íris Gonçalves',   'Íris'),
    ('DR. ÉLCIO',             'Élcio'),
    ('dra ana',               'Ana'),
    ('Sr.João',               'João'),
    ('OTÁVIO D''ÁVILA',       'Otávio'),
    ('D’ÁVILA',               'D''Ávila'),
    ('ANA-MARIA COSTA',       'Ana-Maria'),
    ('çağla',                 'Çağla'),
    ('da Silva',              'Silva'),
    ('M. Clara',              'Clara'),
    ('J',                     'J'),
    ('🌸Ana🌸 Maria',         'Ana'),
    (E'joa\u0303o',           'João'),
    ('Maria/João',            'Maria'),
    ('Sr.',                   ''),
    ('12345',                 ''),
    ('...',                   ''),
    ('',                      ''),
    (null,                    '')) v (nome, primeiro);
select is(nome_primeiro(repeat('a', 100000)), 'A' || repeat('a', 99999), 'a monstrous name ends');

select * from finish();
rollback;
