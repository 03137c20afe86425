-- The cells of a spreadsheet about a person: birthdays, consent, opt-out.
begin;
select plan(64);

select is(cliente_nascimento(texto, '2026-11-20'), dia::date, coalesce(texto, 'null'))
from (values
    ('15/02/1963',            '1963-02-15'),
    ('5/2/1963',              '1963-02-05'),
    (' 15-02-1963 ',          '1963-02-15'),
    ('15.02.63',              '1963-02-15'),
    ('01/01/26',              '2026-01-01'),
    ('01/01/27',              '1927-01-01'),
    ('31/12/26',              null),
    ('1990-07-31',            '1990-07-31'),
    ('1990/07/31',            '1990-07-31'),
    ('1990-07-31T00:00:00Z',  '1990-07-31'),
    ('31/07/1990 00:00',      '1990-07-31'),
    ('29/02/2000',            '2000-02-29'),
    ('29/02/1900',            null),
    ('31/02/1990',            null),
    ('31/04/1990',            null),
    ('00/01/1990',            null),
    ('12/31/1990',            null),
    ('01/01/1899',            null),
    ('01/01/2027',            null),
    ('1990',                  null),
    ('amanhã',                null),
    ('32874',                 null),
    ('99999999999999999999',  null),
    ('',                      null),
    (null,                    null)) v (texto, dia);

select is(cliente_aceite(texto), aceite::smallint, coalesce(texto, 'null'))
from (values
    ('sim', 1), ('S', 1), ('SIM', 1), (' Yes ', 1), ('true', 1), ('1', 1), ('x', 1), ('Aceito.', 1),
    ('não', -1), ('NÃO', -1), ('nao', -1), ('N', -1), ('No', -1), ('false', -1), ('0', -1), ('recusou', -1),
    ('sim|não', -1), ('|sim', 1), ('', null), ('|', null), ('talvez', null), (null, null)) v (texto, aceite);

select is(cliente_situacao_optout(texto), optout, coalesce(texto, 'null'))
from (values
    ('optout', true), ('OPT-OUT', true), ('opt out', true), ('Descadastrada', true), ('bloqueado', true),
    ('Não perturbe', true), ('ativo|optout', true), ('unsubscribed', true), ('SAIR', true),
    ('ativo', false), ('inativo', false), ('cancelado', false), ('opt-in', false), ('sair do hospital', false),
    ('', false), (null, false), ('desbloqueado', false)) v (texto, optout);

select * from finish();
rollback;
