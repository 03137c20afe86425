-- What the tests of answers do; \ir after regra_pessoas.sql.
update empresas set respostas_espera = '20 seconds';
insert into horarios_atendimento (empresa_id, profissional, dia, inicio, fim, duracao_min)
select casa.id, 'Dra. Rosa', d, '09:00', '17:00', 60 from casa, generate_series(1, 7) as d;

-- the person writes: a text, or `parte` of another type; everything of its time is applied
create function pg_temp.diz(quem text, texto text, citada text default null, tipo text default 'text', parte jsonb default null,
    wamid text default null)
returns text language plpgsql
as $$
declare
    v_wamid text := coalesce(diz.wamid, 'wamid.de.' || gen_random_uuid());
begin
    perform webhook_store('{mensagem}', '{100000001}', '{200000001}', array[v_wamid], '{null}', '{null}', '{null}',
        array[extract(epoch from agora())::bigint],
        array[jsonb_build_object('contact', jsonb_build_object('wa_id', substr(g.telefone, 2)), 'message', jsonb_strip_nulls(jsonb_build_object(
            'from', substr(g.telefone, 2), 'id', v_wamid, 'type', diz.tipo, 'context',
            case when citada is not null then jsonb_build_object('id', citada) end,
            diz.tipo, coalesce(parte, jsonb_build_object('body', texto)))))::text])
    from gente g
    where g.quem = diz.quem;
    perform webhook_apply(100);
    return v_wamid;
end
$$;
create function pg_temp.toca(quem text, botao text, citada text default null) returns text language sql
as $$
    select pg_temp.diz(quem, null, citada, 'interactive', jsonb_build_object('type', 'button_reply', 'button_reply',
        jsonb_build_object('id', botao, 'title', 'x')))
$$;
-- silence: the burst is over, and every answer is acted on; how many were
create function pg_temp.silencio(quanto interval default '21 seconds') returns integer language plpgsql
as $$
declare
    n integer := 0;
begin
    perform pg_temp.anda(quanto);
    while resposta_apply() > 0 loop
        n := n + 1;
    end loop;
    return n;
end
$$;
create function pg_temp.visita(quem text, em interval, dura interval default '1 hour', permite boolean default true) returns uuid language sql
as $$
    select (agendamento_salvar(cliente_id => pg_temp.id(quem), inicio => date_trunc('hour', agora()) + em,
        fim => date_trunc('hour', agora()) + em + dura, servico => 'Consulta', profissional => 'Dra. Rosa',
        permite_followup => permite)).id
$$;
-- the message of this rule about that appointment leaves now, whatever its hour; its wamid
create function pg_temp.saiu(alvo uuid, regra text) returns text language plpgsql
as $$
declare
    v_id uuid;
begin
    update disparos d set quando = agora(), valido_ate = agora() + interval '1 day'
    from regras_followup r
    where r.id = d.regra_id and r.nome = saiu.regra and d.alvo_id = alvo and d.status = 'planejado';
    while disparos_enqueue(100) > 0 loop
    end loop;
    select f.id into v_id from fila_ativa f
    where f.status = 'pendente' and f.metadata ->> 'regra' = saiu.regra and f.tipo <> 'resposta'
    order by f.ordem desc limit 1;
    perform pg_temp.termina();
    perform pg_temp.anda('1 minute');
    return 'wamid.' || v_id;
end
$$;
-- the texts that wait for this person, oldest first
create function pg_temp.ouve(quem text) returns text language sql
as $$
    select string_agg(f.conteudo, ' | ' order by f.ordem)
    from fila_ativa f
    where f.cliente_id = pg_temp.id(quem) and f.status = 'pendente' and f.tipo = 'resposta'
$$;
create function pg_temp.ultima(quem text) returns respostas language sql
as $$ select p from respostas p where p.cliente_id = pg_temp.id(quem) order by p.id desc limit 1 $$;
create function pg_temp.lido(quem text) returns text language sql
as $$
    select concat_ws(' ', p.estado, p.pergunta, p.classe, p.acao)
    from respostas p where p.cliente_id = pg_temp.id(quem) order by p.id desc limit 1
$$;
