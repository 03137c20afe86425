# demo.sh - contacts from a spreadsheet, one campaign to everybody who agreed, one follow-up to
# those with the tag retorno, and one cycle of a rule for some who have not answered; with live
# progress, to the end. Sourced by up.

CAMPAIGN="Demonstração: agenda nova"
FOLLOWUP="Demonstração: retorno"
RULE=pos_interesse # the demo's company says something else in it than the built-in text

# sql < STATEMENT: as the owner; one line a row, columns by |. No password in a command line.
sql() {
    if is_by_hand; then
        (
            eval "$(python3 "$TOP/deploy/local/pgenv.py")"
            psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
        )
    else
        PGPASSWORD=$(cat "$DATA/keys/login") PGHOST=$(pg_socket "$DATA") PGPORT=$(port postgres) \
            PGUSER=local_owner PGDATABASE=carteiro psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
    fi
}

# field NAME: that member of the JSON object on stdin.
field() {
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

# The simulator forgets its templates when it stops; the database does not.
publish_templates() {
    local name
    for name in $(sql <<<"select distinct nome from modelos where situacao <> 'rascunho'"); do
        must modelo modelo publicar "$name" --empresa padrao
    done
}

make_templates() {
    must modelo modelo salvar agenda_nova --categoria marketing --empresa padrao --corpo \
        "Oi, {nome}! Aqui é da Clínica Bem Viver. 😊 Abrimos a agenda das próximas semanas, com horários de manhã e no fim da tarde. Quer que a gente reserve um para você? É só responder esta mensagem."
    must modelo modelo salvar retorno_especialidade --categoria marketing --empresa padrao --corpo \
        "Oi, {nome}, tudo bem? Passando para lembrar do seu retorno em {especialidade}. Temos horários nesta semana e na próxima. Qual dia fica melhor para você?"
    must regra regra propor-modelos --empresa padrao # of what fires by itself
    must modelo modelo publicar --empresa padrao # those that are drafts: not again after a cut run
}

campaign_id() {
    sql -v nome="$1" <<<"select id from campanhas where nome = :'nome' order by created_at limit 1"
}

# One line about a campaign: list frozen|prepared|queued|sent|delivered|read|failed|open|state
campaign_counts() {
    sql -v id="$1" <<'SQL'
select (select c.congelada_em is not null from campanhas c where c.id = :'id'), p ->> 'preparados', p ->> 'enfileirados',
    p ->> 'enviadas', p ->> 'entregues', p ->> 'lidas', (p ->> 'erros')::integer + (p ->> 'falhas')::integer,
    (p ->> 'preparados')::integer - (p ->> 'enviadas')::integer - (p ->> 'erros')::integer - (p ->> 'canceladas')::integer
        - (p ->> 'expiradas')::integer,
    p ->> 'status'
from campanha_progresso(:'id') p
SQL
}

# The same line about a rule's firings.
rule_counts() {
    sql -v rule="$1" <<'SQL'
select true, count(*), count(*) filter (where d.mensagem_id is not null),
    count(*) filter (where f.status = 'enviada'),
    count(*) filter (where f.entrega in ('entregue', 'lida')),
    count(*) filter (where f.entrega = 'lida'),
    count(*) filter (where f.status = 'erro' or f.entrega = 'falhou'),
    count(*) filter (where d.status in ('planejado', 'enfileirado')), 'concluida'
from regras_followup r
join empresas e on e.id = r.empresa_id
join disparos d on d.regra_id = r.id
left join fila_mensagens f on f.id = d.mensagem_id
where e.nome = 'padrao' and r.nome = :'rule'
SQL
}

# Webhooks that the simulator still owes.
webhooks_owed() {
    curl -fs "http://127.0.0.1:$(port control)/counts" | python3 -c '
import json, sys
webhooks = json.load(sys.stdin)["webhooks"]
print(webhooks["pending_messages"] + webhooks["pending_posts"])'
}

show_progress() {
    if [ -t 1 ]; then
        printf '\r\033[K   %s' "$1"
    elif [ "$1" != "${SHOWN:-}" ] && { [ "${2:-}" = last ] || [ $((TURN % 4)) = 0 ]; }; then
        SHOWN=$1
        say "   $1"
    fi
}

# follow COUNTS ID: progress until the campaign (or rule) is over and every webhook has been told.
follow() {
    local began now line= before= still=0 frozen prepared queued sent delivered read failed open state
    local rate=0 had= eta
    began=$(date +%s%N)
    TURN=0
    while :; do
        line=$("$1" "$2" 2>>"$LOGS/demo.log") || fail "the database does not answer" "$LOGS/demo.log"
        IFS='|' read -r frozen prepared queued sent delivered read failed open state <<<"$line"
        now=$(($(date +%s%N) - began))
        # of the sending itself: the wait for webhooks is no part of it
        [ "$sent" = "${had:-}" ] || rate=$((sent * 10000000000 / (now + 1)))
        had=$sent
        eta="ETA -"
        if [ "$open" -gt 0 ] && [ "$rate" -gt 0 ]; then
            eta="ETA $((open * 10 / rate)) s"
        fi
        if [ "$state" = concluida ] && [ "$open" = 0 ]; then
            eta=$([ "$(webhooks_owed)" = 0 ] && echo done || echo "waiting for webhooks")
        fi
        line="prepared $prepared  queued $queued  sent $sent  delivered $delivered  read $read  failed $failed"
        [ "$line$eta" != "$before" ] && still=0
        before=$line$eta
        # once more after the last webhook: its effects are applied within a second
        if [ "$eta" = done ] && [ $((still += 1)) -ge 8 ]; then
            show_progress "$line  $((rate / 10)).$((rate % 10))/s  $eta" last
            [ ! -t 1 ] || echo
            return
        fi
        show_progress "$line  $((rate / 10)).$((rate % 10))/s  $eta"
        [ "$eta" = done ] || [ $((still += 1)) -lt 400 ] ||
            fail "nothing has moved for two minutes ($line)" "$LOGS/sender-1.log"
        TURN=$((TURN + 1))
        sleep 0.25
    done
}

# run_campaign NAME OPTIONS: makes it unless it is there, starts it, follows it, reports.
run_campaign() {
    local name=$1 id
    shift
    step "$name"
    id=$(campaign_id "$name")
    if [ -z "$id" ]; then
        id=$(ct campanha criar --nome "$name" --empresa padrao --max-por-dia nenhum "$@" --json \
            2>"$LOGS/campanha.log" | field id 2>>"$LOGS/campanha.log") ||
            fail "carteiro campanha criar" "$LOGS/campanha.log"
    fi
    [ "$(sql -v id="$id" <<<"select status from campanhas where id = :'id'")" != rascunho ] ||
        must campanha campanha iniciar "$id"
    follow campaign_counts "$id"
    ct campanha relatorio "$id" >"$LOGS/relatorio.log" 2>&1 || fail "carteiro campanha relatorio" "$LOGS/relatorio.log"
    sed 's/^/   /' "$LOGS/relatorio.log"
}

# run_rule: 20 people who were reached and have not answered are interested now; the rule of that
# stage writes to them. No days to wait here: the company's rule has another delay.
run_rule() {
    step "Rule $RULE: those who have not answered"
    if [ "$(rule_counts "$RULE" 2>>"$LOGS/demo.log" | cut -d'|' -f2)" = 0 ]; then
        must modelo modelo salvar agenda_retomada --categoria marketing --empresa padrao --corpo \
            "Oi, {nome}! Conseguiu ver os horários que te mandei? Se algum servir, é só responder que eu reservo para você."
        must modelo modelo publicar --empresa padrao
        must regra regra salvar "$RULE" --empresa padrao --atraso 0s --modelo agenda_retomada --texto \
            "Oi, {nome}! Conseguiu ver os horários que te mandei? Se algum servir, é só responder que eu reservo para você."
        sql 2>>"$LOGS/demo.log" <<'SQL' >"$LOGS/regra.log" || fail "conversa_etapa" "$LOGS/demo.log"
select (conversa_etapa(c.id, 'interesse')).id
from (
    select cv.id
    from conversas cv
    join empresas e on e.id = cv.empresa_id
    join clientes cl on cl.id = cv.cliente_id
    where e.nome = 'padrao' and cv.ultima_direcao = 'saida' and cl.primeiro_nome <> ''
      and not exists (select from campanha_destinatarios d where d.cliente_id = cl.id and d.entrega = 'falhou')
    order by cv.cliente_id
    limit 20
) as c
SQL
        say "   carteiro regra simular $RULE: $(ct regra simular "$RULE" --empresa padrao --json 2>>"$LOGS/demo.log" |
            python3 -c 'import json, sys; print(len(json.load(sys.stdin)))') people"
        say "   $(sql 2>>"$LOGS/demo.log" <<<"select regra_run(id) ->> 'resumo' from empresas where nome = 'padrao'")"
    fi
    follow rule_counts "$RULE"
}

# What up says must be what the far end saw. Only while nothing but the demo has been sent.
compare_with_ledgers() {
    step "compare with the simulator's ledgers"
    summary | python3 "$TOP/deploy/local/ledgers.py" "$DATA/ledger.jsonl" "$DATA/ledger-webhooks.jsonl" \
        >"$LOGS/ledgers.log" 2>&1 || fail "the report and the ledgers disagree" "$LOGS/ledgers.log"
    sed 's/^/   /' "$LOGS/ledgers.log"
}

run_demo() {
    local first=
    if [ -z "$(campaign_id "$FOLLOWUP")" ]; then
        first=yes
        step "import deploy/local/contatos.csv"
        ct cliente importar "$TOP/deploy/local/contatos.csv" --empresa padrao >"$LOGS/import.log" \
            2>"$LOGS/import-rejected.log" || fail "carteiro cliente importar" "$LOGS/import-rejected.log"
        sed 's/^/   /' "$LOGS/import.log"
        say "   (each rejected row: .local/logs/import-rejected.log)"
        step "make templates and have them approved"
        make_templates
    else
        say "   the demo has run on these data before; --fresh runs it anew"
    fi
    run_campaign "$CAMPAIGN" --tipo promocional --modelo agenda_nova
    run_campaign "$FOLLOWUP" --tipo followup --modelo retorno_especialidade --filtro-tags retorno
    run_rule
    [ -z "$first" ] || compare_with_ledgers
}

# The last line: everybody on a list of the company padrao, and what became of them; those whom a
# rule wrote to with them, so that it says what the far end saw, and apart once more.
summary() {
    sql 2>"$LOGS/sum.log" <<'SQL'
with escrita as (
    select d.exclusao, d.status, d.entrega, false as is_regra
    from campanha_destinatarios d
    join campanhas c on c.id = d.campanha_id
    join empresas e on e.id = c.empresa_id
    where e.nome = 'padrao'
    union all
    select null, f.status, f.entrega, true
    from disparos d
    join empresas e on e.id = d.empresa_id
    join fila_mensagens f on f.id = d.mensagem_id
    where e.nome = 'padrao'
)
select json_build_object(
    'destinatarios', count(*) filter (where d.exclusao is null),
    'excluidos', coalesce((
        select json_object_agg(x.exclusao, x.n order by x.exclusao)
        from (
            select d.exclusao, count(*) as n
            from escrita d
            where d.exclusao is not null
            group by d.exclusao
        ) as x), '{}'),
    'enviadas', count(*) filter (where d.status = 'enviada'),
    'entregues', count(*) filter (where d.entrega in ('entregue', 'lida')),
    'lidas', count(*) filter (where d.entrega = 'lida'),
    'falhas', count(*) filter (where d.entrega = 'falhou'),
    'erros', count(*) filter (where d.status = 'erro'),
    'de_regras', json_build_object('destinatarios', count(*) filter (where d.is_regra),
        'enviadas', count(*) filter (where d.is_regra and d.status = 'enviada')))
from escrita d
SQL
}
