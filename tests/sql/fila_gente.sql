-- One company, one number, three people, and short names for what the queue's tests do; \ir from
-- inside their transaction.

-- what the tests define may be called by whatever role they take
alter default privileges grant execute on functions to public;
-- a company's rules have lanes: the tests' own have small numbers, these do not
select setval(pg_get_serial_sequence('faixas', 'id'), 1000 + nextval(pg_get_serial_sequence('faixas', 'id'))) \g /dev/null
create temp table casa as select * from empresa_salvar('Clínica');
select janela_abrir(); -- the tests run at any hour
select conta_salvar('100000001', 'token');
create temp table linha as select * from numero_salvar('200000001');
create temp table gente as
select v.n, v.quem, (cliente_salvar(v.nome, v.telefone, especialidade_nome => v.especialidade)).id
from (values
    (1, 'ana',  'Dra. Ana Lima', '11987650001', 'Pediatria'),
    (2, 'bia',  'Bia Souza',     '11987650002', null),
    (3, 'caio', 'Caio',          '31987650003', null)
) v (n, quem, nome, telefone, especialidade);
select modelo_salvar('oi_nome', 'Oi {nome}, temos novidades!', situacao => 'aprovado');
grant select on casa, linha, gente to public;

create function pg_temp.de(quem text) returns uuid language sql stable
as $$ select g.id from gente g where g.quem = $1 $$;

-- ana wrote an hour ago
create function pg_temp.janela(quem text) returns void language sql
as $$
    insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
    select casa.id, pg_temp.de($1), linha.id, agora() + interval '23 hours' from casa, linha
$$;

-- claims up to k rows of lane (5, 0); what came, in order
create function pg_temp.pega(k integer default 10, prioridade integer default 5)
returns table (id uuid, reserva_seq bigint, formato text, conteudo text, parametros text, tentativa integer)
language sql
as $$
    select c.id, c.reserva_seq, c.formato, c.conteudo, c.parametros, c.tentativa
    from linha
    cross join lateral fila_claim('teste', 60000, array[linha.id], array[$2::smallint], '{0}', array[$1],
        '{null}', '{null}') c
$$;

-- records one outcome
create function pg_temp.grava(id uuid, seq bigint, desfecho text, wamid text default null, espera_ms bigint default 0,
    codigo integer default null, erro text default null)
returns text
language sql
as $$
    select format('%s %s %s', r.gravadas, r.liquidadas, r.zumbis)
    from fila_record('teste', 600000, array[$1], array[$2], array[$3], array[case when $6 is not null then 'classe' end], array[$6], array[$7], array[$4],
        '{null}', '{null}', array[$5]) r
$$;

create function pg_temp.nova(quem text, conteudo text default 'Oi', modelo bigint default null, tipo text default 'resposta')
returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, tipo, modelo_id)
    values (pg_temp.de($1), $2, $4, $3)
    returning fila_mensagens.id
$$;
