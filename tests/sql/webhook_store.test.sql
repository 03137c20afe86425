-- webhook_store: events are kept as they came, whatever they hold.
begin;
select plan(6);
set local role carteiro_gateway;
select is(webhook_store('{status,outro,ilegivel}', '{1,null,null}', '{2,null,null}', '{wamid.A,null,null}',
    '{sent,null,null}', '{k,null,null}', '{131026,null,null}', '{1769900001,null,null}',
    array['{"id":"wamid.A"}', 'no json at all', '']), 3, 'one row each');
reset role;
select is(array_agg(tipo order by id), '{status,outro,ilegivel}', 'in their order') from webhook_eventos;
select is(array[waba_id, phone_number_id, wamid, status, chave, codigo::text, extract(epoch from ocorrido_em)::bigint::text, corpo],
    '{1,2,wamid.A,sent,k,131026,1769900001,"{\"id\":\"wamid.A\"}"}', 'every column') from webhook_eventos where tipo = 'status';
select is(num_nulls(waba_id, phone_number_id, wamid, status, chave, codigo, ocorrido_em, erro), 8, 'or none') from webhook_eventos where tipo = 'ilegivel';
select ok(bool_and(recebido_em = agora()), 'received now') from webhook_eventos;
select is(webhook_store('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'), 0, 'nothing is nothing');
select * from finish();
rollback;
