"""Rows for dashboards, as the owner, straight into the months: at a test's size and at a bench's.

Companies with numbers, campaigns and weeks of finished messages with their deliveries, errors and answers,
a live part in every state, visits that were answered, messages to owners, pauses.
"""

import math
from collections import namedtuple

Sizes = namedtuple("Sizes", "companies numbers campaigns finished live visits owners days")
SMALL = Sizes(companies=3, numbers=2, campaigns=6, finished=6000, live=600, visits=300, owners=200, days=40)

# each company has one campaign after the other, a third of its messages; the last one runs still
# a message's fate by its number: 90 % sent, most of them delivered and read
STATUS = "case when i % 50 < 45 then 'enviada' when i % 50 < 47 then 'erro' when i % 50 = 47 then 'expirada' else 'cancelada' end"
COLUMNS = """(id, empresa_id, cliente_id, numero_id, destino, tipo, conteudo, prioridade, faixa, status, tentativas, agendar_para, garantia,
    enviada_em, wamid, entrega, entregue_em, lida_em, erro, erro_codigo, origem, origem_id, created_at, encerrada_em)"""
FINISHED = f"""
    insert into {{part}} {COLUMNS}
    select uuidv7(), n.empresa_id, p.id, n.id, '+5511900000000',
        case when k.id is not null then 'campanha' else (array['resposta', 'lembrete', 'followup', 'proativa'])[1 + i / 7 % 4] end,
        'Oi', 5, 0, {STATUS}, 1, at - interval '4 seconds', 'pelo_menos_uma',
        case when i % 50 < 45 then at end, case when i % 50 < 45 then 'w' || i end,
        case when i % 50 < 28 then 'lida' when i % 50 < 40 then 'entregue' when i % 50 < 43 then 'enviada' when i % 50 = 43 then 'falhou'
            when i % 50 = 44 then 'aceita' end,
        case when i % 50 < 40 then at + interval '3 seconds' end, case when i % 50 < 28 then at + interval '1 hour' end,
        case when i % 50 in (45, 46) then 'recusada' end,
        (array[131026, 131049, 131048, 132015])[case when i % 50 in (43, 45, 46) then 1 + i % 4 end],
        case when k.id is not null then 'campanha' else 'api' end, k.id::text, at - interval '10 seconds', at
    from (select g as i, %(from)s::timestamptz
            + date_trunc('milliseconds', (%(to)s::timestamptz - %(from)s::timestamptz) * ((g - %(first)s) / %(count)s::double precision)) as at
        from generate_series(%(first)s::bigint, %(first)s::bigint + %(count)s::bigint - 1) g) x
    join bench_numbers n on n.n = i % %(numbers)s
    join bench_people p on p.n = i % 1000
    left join bench_campaigns k on k.empresa_id = n.empresa_id
        and k.n = case when i / %(numbers)s % 3 = 0 then i * (%(campaigns)s / %(companies)s) / %(finished)s end"""
LIVE = """
    insert into fila_ativa (id, empresa_id, cliente_id, numero_id, destino, tipo, conteudo, faixa, status, tentativas, reserva_seq, agendar_para,
        garantia, reservada_por, reserva_ate, processando_desde)
    select uuidv7(), n.empresa_id, p.id, n.id, '+5511900000000', 'campanha', 'Oi', 0,
        case when i %% 1000 = 0 then 'incerta' when i %% 1000 = 1 then 'processando' else 'pendente' end, 1, 1,
        agora() + make_interval(secs => (i %% 7200) - 3600), 'pelo_menos_uma', case when i %% 1000 = 1 then 'sender-1' end,
        case when i %% 1000 < 2 then agora() + interval '10 minutes' end, case when i %% 1000 = 1 then agora() end
    from generate_series(0, %(live)s - 1) i
    join bench_numbers n on n.n = i %% %(numbers)s
    join bench_people p on p.n = i %% 1000"""
WORLD = """
    select empresa_salvar('Casa ' || i) from generate_series(1, %(companies)s) i;
    select conta_salvar((500000000 + i)::text, 'token', empresa => 'Casa ' || i) from generate_series(1, %(companies)s) i;
    select numero_salvar((600000000 + i * 100 + j)::text, empresa => 'Casa ' || i)
    from generate_series(1, %(companies)s) i, generate_series(1, %(each)s) j;
    create table bench_numbers as select row_number() over (order by id) - 1 as n, id, empresa_id from numeros;
    insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido)
    select (select min(empresa_id::text)::uuid from bench_numbers), 'Pessoa ' || i, 'Pessoa', '+5511' || (970000000 + i), true
    from generate_series(1, 1000) i;
    create table bench_people as select row_number() over (order by id) - 1 as n, id from clientes;
    insert into campanhas (empresa_id, nome, tipo, status, mensagem_template, total_destinatarios, envios_criados, iniciada_em, finalizada_em,
        congelada_em, enfileirada_em, created_at)
    select e.empresa_id, 'Campanha ' || i, 'promocional', case when i > %(campaigns)s - %(companies)s then 'ativa' else 'concluida' end, 'Oi {nome}!',
        20000, 10000, x.inicio, case when i <= %(campaigns)s - %(companies)s then x.inicio + %(days)s * interval '1 day' * %(companies)s / %(campaigns)s end, x.inicio, null,
        x.inicio
    from generate_series(1, %(campaigns)s) i
    cross join lateral (
        select agora() - %(days)s * interval '1 day' * (1 - (i - 1) / %(companies)s * %(companies)s / %(campaigns)s::double precision) as inicio) x
    join (select row_number() over (order by empresa_id) - 1 as n, empresa_id from (select distinct empresa_id from bench_numbers) d) e
        on e.n = i %% %(companies)s;
    create table bench_campaigns as select row_number() over (partition by empresa_id order by iniciada_em) - 1 as n, id, empresa_id
    from campanhas;
    insert into agendamentos (empresa_id, cliente_id, inicio, fim, status, permite_followup, followup_enviado_em, followup_resposta)
    select n.empresa_id, p.id, at, at + interval '1 hour', 'realizado', true, at + interval '2 hours',
        (array['positive', 'negative', 'feedback', 'positive', null, null])[1 + i %% 6]
    from (select i, agora() - %(days)s * interval '1 day' * i / %(visits)s - interval '4 hours' as at from generate_series(1, %(visits)s) i) x
    join bench_numbers n on n.n = i %% %(numbers)s
    join bench_people p on p.n = i %% 1000;
    insert into mensagens_proativas (empresa_id, tipo, ocorrencia, conteudo, agendada_para, status, enviada_em)
    select n.empresa_id, (array['daily_summary', 'birthdays', 'opportunities', 'low_occupancy', 'inactive_clients'])[1 + i %% 5], i::text, 'Oi', at,
        case when i %% 20 = 0 then 'failed' when i %% 20 = 1 then 'pending' else 'sent' end, case when i %% 20 > 1 then at + interval '5 seconds' end
    from (select i, agora() - %(days)s * interval '1 day' * i / %(owners)s as at from generate_series(1, %(owners)s) i) x
    join bench_numbers n on n.n = i %% %(numbers)s;
    insert into conversas (empresa_id, cliente_id, numero_id) select n.empresa_id, p.id, n.id from bench_numbers n, bench_people p where n.n = 0 and p.n < 3;
    insert into respostas (empresa_id, cliente_id, conversa_id, numero_id, estado, recebidas, recebida_em, pergunta, classe, motivo)
    select c.empresa_id, c.cliente_id, c.id, c.numero_id, 'pendente', array[uuidv7()], agora(), 'pos_servico', 'duvida', 'não deu para entender'
    from conversas c;
    select fila_pausar('manutenção', null, null, 'Casa 1');
    select worker_seen('sender-1', 'carteiro-sender', '0.1')"""


def months(cursor, days):
    """Months back to where the rows begin: made by a clock that is set back for it."""
    cursor.execute("insert into relogio (deslocamento) values (make_interval(days => -%s))", [days + 1])
    cursor.execute("select fila_months(%s)", [math.ceil(days / 28) + 2])
    cursor.execute("delete from relogio")


def fill(database, sizes, note=lambda what: None):
    """All of it, and its summary. `database` is a servers.Database."""
    connection = database.connect("postgres")
    cursor = connection.cursor()
    cursor.execute("set search_path = carteiro, public; set synchronous_commit = off; set role carteiro_owner")
    months(cursor, sizes.days)
    numbers = sizes.companies * sizes.numbers
    values = {**sizes._asdict(), "each": sizes.numbers, "numbers": numbers}
    cursor.execute(WORLD, values)
    cursor.execute("select parte, greatest(de, agora() - make_interval(days => %s)), least(ate, agora())"
                   " from fila_parts('fila_mensagens') where de < agora() order by de", [sizes.days])
    parts, first = cursor.fetchall(), 0
    whole = sum((ate - de).total_seconds() for _, de, ate in parts)
    for n, (part, de, ate) in enumerate(parts):
        count = sizes.finished - first if n == len(parts) - 1 else int(sizes.finished * (ate - de).total_seconds() / whole)
        if count:
            _insert(cursor, part, {**values, "from": de, "to": ate, "first": first, "count": count})
        first += count
        note(f"{first} finished")
    cursor.execute("reset role; set session_replication_role = replica")  # no trigger looks up a million numbers
    cursor.execute(LIVE, values)
    cursor.execute("set session_replication_role = origin; set role carteiro_owner")
    note(f"{sizes.live} live")
    cursor.execute("""
        insert into campanha_destinatarios (campanha_id, cliente_id, mensagem_id, status, entrega, encerrada_em, respondeu_em)
        select k.id, p.id, f.id, 'enviada', 'lida', f.encerrada_em, f.encerrada_em + interval '10 minutes'
        from bench_campaigns k
        cross join lateral (select x.* from fila_mensagens x where x.origem_id = k.id::text and x.entrega = 'lida'
            and x.encerrada_em > agora() - interval '3 days' limit 20) f
        join bench_people p on p.id = f.cliente_id
        on conflict do nothing""" if sizes.finished < 100000 else "select 1")
    connection.cursor().execute("reset role; analyze")
    _summarize(cursor, parts)
    cursor.execute("set role carteiro_owner; select resumo_contar(); reset role; analyze")
    note("summarized")
    connection.close()
    return values


def _insert(cursor, part, values):
    cursor.execute(FINISHED.replace("%", "%%").replace("%%(", "%(").replace("{part}", part), values)


def _summarize(cursor, parts):
    cursor.execute("set role carteiro_owner")
    for _, de, ate in parts:
        cursor.execute("select painel_refazer(date_trunc('hour', x), least(x + interval '31 days', date_trunc('hour', %s::timestamptz) + interval '1 hour'))"
                       " from date_trunc('hour', %s::timestamptz) x", [ate, de])
