-- fila_record: every outcome from every state, by reserva; what is late changes nothing but is kept.
begin;
select plan(41);
\ir fila_gente.sql
select pg_temp.janela('ana');

-- accepted
select pg_temp.nova('ana') as a \gset
select id, reserva_seq as seq from pg_temp.pega() \gset
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.A'), '1 0 0', 'accepted');
select is(array[status, entrega, wamid, (enviada_em = agora())::text, reservada_por], '{enviada,aceita,wamid.A,true,null}', 'the row') from fila_mensagens where id = :'a';
select is((select array_agg(tipo || mensagens::text) from efeitos), array['fim{' || :'a' || '}'], 'its effects, once');
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.A'), '0 1 0', 'recorded again it changes nothing');
select is((select count(*) from efeitos), 1::bigint, 'and has no more effects');
select is((select count(*) from tentativas), 0::bigint, 'an accepted attempt is told by the row alone');

-- refused for good
select pg_temp.nova('ana') as b \gset
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'b', 1, 'recusada', codigo => 131026, erro => 'undeliverable'), '1 0 0', 'refused');
select is(array[status, erro, erro_codigo::text], '{erro,undeliverable,131026}', 'the row') from fila_mensagens where id = :'b';
select is((select array_agg(desfecho || codigo) from tentativas where mensagem_id = :'b'), '{recusada131026}', 'the attempt is told');

-- refused for now: 2, 4 minutes, then the attempts are spent
select pg_temp.nova('ana') as c \gset
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'c', 1, 'repetir'), '1 0 0', 'again later');
select ok(status = 'pendente' and tentativas = 1 and agendar_para between agora() + '108 s' and agora() + '132 s', 'after two minutes, more or less') from fila_ativa where id = :'c';
update fila_ativa set agendar_para = agora() where id = :'c';
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'c', 2, 'repetir'), '1 0 0', 'again');
select ok(agendar_para between agora() + '216 s' and agora() + '264 s', 'after four') from fila_ativa where id = :'c';
update fila_ativa set agendar_para = agora() where id = :'c';
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'c', 3, 'repetir', erro => 'later'), '1 0 0', 'the third');
select is(array[status, tentativas::text, erro], '{erro,3,later}', 'was the last') from fila_mensagens where id = :'c';

-- throttled, given back: no attempt spent
select pg_temp.nova('ana') as d \gset
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'d', 1, 'limitada', espera_ms => 6000, codigo => 131056, erro => 'espera'), '1 0 0', 'throttled');
select is(array[status, tentativas::text, adiamentos::text, (agendar_para = agora() + '6 s')::text, espera_motivo], '{pendente,0,1,true,espera}', 'back in exactly 6 s') from fila_ativa where id = :'d';
update fila_ativa set agendar_para = agora() where id = :'d';
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'d', 2, 'devolvida'), '1 0 0', 'given back');
select is(array[status, tentativas::text, adiamentos::text], '{pendente,0,1}', 'as if never claimed') from fila_ativa where id = :'d';
select is((select array_agg(desfecho) from tentativas where mensagem_id = :'d'), '{limitada}', 'only what was tried is told');

-- unknown
select count(*) from pg_temp.pega();
select is(pg_temp.grava(:'d', 3, 'desconhecida', erro => 'cut'), '1 0 0', 'no answer');
select is(array[status, (reserva_ate = agora() + '600 s')::text, reservada_por], '{incerta,true,null}', 'uncertain, in quarantine') from fila_ativa where id = :'d';
select is((select count(*) from pg_temp.pega()), 0::bigint, 'and not claimed');
select is(pg_temp.grava(:'d', 3, 'desconhecida'), '0 1 0', 'said twice it stays so');
select is(pg_temp.grava(:'d', 3, 'aceita', 'wamid.D'), '1 0 0', 'evidence settles it');
select is(status, 'enviada', 'sent') from fila_mensagens where id = :'d';

-- the fence
select pg_temp.nova('ana') as e \gset
select count(*) from pg_temp.pega();
select is(fila_rescue(10, 600000), 0, 'a reserva that runs is nobody else''s');
update fila_ativa set reserva_ate = agora() - interval '1 second' where id = :'e';
select is(fila_rescue(10, 600000), 1, 'one that ran out is rescued');
select is(array[status, resgates::text], '{incerta,1}', 'as incerta') from fila_ativa where id = :'e';
update fila_ativa set reserva_ate = agora() - interval '1 second' where id = :'e';
insert into webhooks_vistos values ('200000001', agora() + interval '1 second'); -- nobody's webhooks are late
select is(fila_release(10, 8), 1, 'quarantine over');
select is((select array_agg(reserva_seq) from pg_temp.pega()), '{2}', 'claimed anew');
select is(pg_temp.grava(:'e', 1, 'aceita', 'wamid.E1'), '0 0 1', 'the zombie changes nothing');
select is(array[status, reserva_seq::text], '{processando,2}', 'the row is the newer claim''s') from fila_ativa where id = :'e';
select is((select array_agg(desfecho || coalesce(wamid, '') order by id) from tentativas where mensagem_id = :'e'), '{sem_noticia,reenviada,zumbiwamid.E1}', 'and all of it is told');

-- settled after the end: the customer has it
select pg_temp.grava(:'e', 2, 'devolvida');
update fila_ativa set agendar_para = agora() where id = :'e';
select count(*) from pg_temp.pega();
update fila_ativa set status = 'incerta', reservada_por = null, processando_desde = null where id = :'e';
select fila_move(array[:'e']::uuid[], 'cancelada', '{x}');
select is(pg_temp.grava(:'e', 3, 'aceita', 'wamid.E3'), '0 1 0', 'cancelled meanwhile, accepted after all');
select is(array[status, wamid], '{enviada,wamid.E3}', 'enviada') from fila_mensagens where id = :'e';
select is((select status_anterior from tentativas where mensagem_id = :'e' and desfecho = 'liquidada'), 'cancelada', 'what it was is kept');

-- what senders call: nobody holds anything here (tests/integration/test_sender_held.py: somebody does)
select pg_temp.nova('ana') as f \gset
select pg_temp.nova('ana') as g \gset
select count(*) from pg_temp.pega(2);
select is(array_agg(r::text), '{"(2,0,0,)"}', 'one row, and none of it held')
from fila_record_now('teste', 600000, array[:'f', :'g', :'g']::uuid[], '{1,1,1}', '{aceita,devolvida,devolvida}', '{null,null,null}', '{null,null,null}',
    '{null,null,null}', '{wamid.F,null,null}', '{null,null,null}', '{null,null,null}', '{0,0,0}') r;
select is(array_agg(f.status::text order by f.status), '{enviada,pendente}', 'both are recorded') from fila_mensagens f where f.id in (:'f', :'g');
select is(array_agg(r::text), '{"(0,0,1,)"}', 'a zombie''s is none that is held')
from fila_record_now('teste', 600000, array[:'g']::uuid[], '{7}', '{aceita}', '{null}', '{null}', '{null}', '{wamid.G}', '{null}', '{null}', '{0}') r;

-- ten calls with 2,000 rows each in one session keep their plans
create function pg_temp.cheio() returns bigint language plpgsql as $$
declare total bigint := 0; n integer;
begin
    for i in 1..10 loop
        insert into fila_mensagens (cliente_id, conteudo) select pg_temp.de('ana'), 'x' from generate_series(1, 2000);
        select r.gravadas into n
        from (select array_agg(p.id) as ids, array_agg(p.reserva_seq) as seqs from pg_temp.pega(2000) p) p
        cross join lateral fila_record('teste', 0, p.ids, p.seqs, array_fill('aceita'::text, '{2000}'), array_fill(null::text, '{2000}'),
            array_fill(null::integer, '{2000}'), array_fill(null::text, '{2000}'), array_fill('wamid.x'::text, '{2000}'),
            array_fill(null::text, '{2000}'), array_fill(null::text, '{2000}'), array_fill(0::bigint, '{2000}')) r;
        total := total + n;
    end loop;
    return total;
end $$;
select is(pg_temp.cheio(), 20000::bigint, 'ten batches of 2,000');
select * from finish();
rollback;
