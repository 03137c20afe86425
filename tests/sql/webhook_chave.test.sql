-- webhook_chave_mensagem, webhook_chave_seq: our key is understood, what resembles it is not, nothing raises.
begin;
select plan(14);

\set id '01890a5d-ac96-774b-bcce-b302099a8057'
select is(webhook_chave_mensagem(:'id' || ':7'), :'id'::uuid, 'the message');
select is(webhook_chave_seq(:'id' || ':7'), 7::bigint, 'and the claim');
select is(webhook_chave_mensagem(:'id' || ':' || repeat('9', 18)), :'id'::uuid, 'the longest number');
select is(webhook_chave_mensagem(null), null, 'none');
select is(webhook_chave_mensagem(k.chave), null, k.por)
from (values
    ('', 'empty'),
    ('01890a5d-ac96-774b-bcce-b302099a8057:', 'no number'),
    ('01890a5d-ac96-774b-bcce-b302099a8057:' || repeat('9', 19), 'a number too long'),
    ('01890a5d-ac96-774b-bcce-b302099a8057:-7', 'a hyphen in the number'),
    ('01890a5d-ac96-774b-bcce-b302099a8057:7:7', 'two numbers'),
    ('01890a5d-ac96-774b-bcce--302099a8057:7', 'a fifth hyphen'),
    ('01890a5da-c96-774b-bcce-b302099a8057:7', 'a hyphen misplaced'),
    ('01890A5D-ac96-774b-bcce-b302099a8057:7', 'capitals'),
    ('01890a5d-ac96-774b-bcce-b302099a805é:7', 'a letter of two bytes'),
    ('01890a5d-ac96-774b-bcce-b302099a805_:7', 'a wildcard')) as k (chave, por);

select * from finish();
rollback;
