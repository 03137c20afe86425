-- What the tests of webhooks do; \ir after fila_gente.sql.

-- what webhook_store does for each event: it is on the list of what is to apply
create function pg_temp.lista(w webhook_eventos) returns void language sql
as $$
    insert into webhook_pendentes (recebido_em, quantos, numeros, outros, eventos, mensagens, seqs, wamids, graus, codigos, instantes)
    select $1.recebido_em, 1, array_remove(array[$1.phone_number_id], null),
        case when $1.tipo not in ('status', 'ilegivel', 'desconhecido') then array[$1.id] end,
        s.e, array[webhook_chave_mensagem($1.chave)], array[webhook_chave_seq($1.chave)], array[$1.wamid],
        array[webhook_grau($1.status)], array[$1.codigo], array[coalesce($1.ocorrido_em, $1.recebido_em)]
    from (select case when $1.tipo = 'status' then array[$1.id] end as e) as s
$$;
create function pg_temp.lista() returns trigger language plpgsql
as $$ begin perform pg_temp.lista(new); return null; end $$;
create trigger lista after insert on webhook_eventos for each row execute function pg_temp.lista();
create function pg_temp.por_aplicar() returns bigint language sql
as $$ select coalesce(sum(p.quantos), 0) from webhook_pendentes p $$;

-- a status of Meta's, stored
create function pg_temp.status(wamid text, status text, chave text default null, em timestamptz default agora(), codigo integer default null)
returns bigint language sql
as $$
    insert into webhook_eventos (tipo, wamid, status, chave, ocorrido_em, codigo, corpo)
    values ('status', $1, $2, $3, $4, $5, '{}')
    returning id
$$;

-- a person's message, stored
create function pg_temp.escreveu(wamid text, de text, texto text, em timestamptz default agora(), numero text default '200000001',
    contato jsonb default null)
returns bigint language sql
as $$
    insert into webhook_eventos (tipo, phone_number_id, wamid, ocorrido_em, corpo)
    values ('mensagem', $5, $1, $4, jsonb_strip_nulls(jsonb_build_object('contact', $6, 'message',
        jsonb_build_object('from', $2, 'id', $1, 'type', 'text', 'text', jsonb_build_object('body', $3))))::text)
    returning id
$$;

-- claimed, and accepted unless `desfecho` says otherwise
create function pg_temp.enviada(quem text, wamid text, desfecho text default 'aceita') returns uuid language plpgsql
as $$
declare
    m uuid := pg_temp.nova(quem);
    seq bigint;
begin
    select p.reserva_seq into seq from pg_temp.pega() p where p.id = m;
    if desfecho is not null then
        perform pg_temp.grava(m, seq, desfecho, enviada.wamid);
    end if;
    return m;
end
$$;

-- what is known of a message, in one line
create function pg_temp.situacao(uuid) returns text language sql
as $$ select concat_ws(' ', f.status, f.entrega, f.wamid, f.erro_codigo) from fila_mensagens f where f.id = $1 $$;

-- any other change of Meta's, stored
create function pg_temp.campo(tipo text, corpo jsonb, em timestamptz default agora(), numero text default null, waba text default '100000001',
    codigo integer default null)
returns bigint language sql
as $$
    insert into webhook_eventos (tipo, waba_id, phone_number_id, ocorrido_em, codigo, corpo)
    values ($1, $5, $4, $3, $6, $2::text)
    returning id
$$;

-- a message as it came, of whatever type
create function pg_temp.veio(wamid text, mensagem jsonb, em timestamptz default agora(), contato jsonb default null)
returns bigint language sql
as $$
    insert into webhook_eventos (tipo, waba_id, phone_number_id, wamid, ocorrido_em, corpo)
    values ('mensagem', '100000001', '200000001', $1, $3,
        jsonb_strip_nulls(jsonb_build_object('contact', $4, 'message', $2 || jsonb_build_object('id', $1)))::text)
    returning id
$$;
create function pg_temp.erro(bigint) returns text language sql
as $$ select w.erro from webhook_eventos w where w.id = $1 $$;
