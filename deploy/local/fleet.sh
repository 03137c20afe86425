# fleet.sh - the servers and processes of one checkout's local set-up: their configuration,
# start, stop, and the environment for people. Sourced by up and down after lib.sh.

FLEET="sender-1 sender-2 planner gateway" # in the order in which they stop
FAR_END="simulator redis postgres"
PORTS="redis gateway simulator control m_simulator m_sender_1 m_sender_2 m_planner m_gateway postgres"

# What Meta would have given out. The ids have Meta's form and are nobody's.
PHONE_NUMBER_ID=106540352242922
WABA_ID=102290129340398

# ---------------------------------------------------------------- what is remembered

# The ports of the last start; free ones are chosen before the next.
remember() {
    local name
    for name in $PORTS; do
        printf -v "PORT_$name" %s 0
    done
    # only what write_ports wrote: names and digits
    if [ -f "$LOCAL/ports" ] && ! grep -qvE '^PORT_[a-z0-9_]+=[0-9]+$' "$LOCAL/ports"; then
        . "$LOCAL/ports"
    fi
}

choose_ports() {
    local name wishes= chosen
    for name in $PORTS; do
        wishes="$wishes $(port $name)"
    done
    chosen=$(free_ports $wishes) || fail "no free ports"
    : >"$LOCAL/ports"
    for name in $PORTS; do
        printf 'PORT_%s=%s\n' "$name" "${chosen%% *}" >>"$LOCAL/ports"
        chosen=${chosen#* }
    done
    . "$LOCAL/ports"
}

port() {
    local name=PORT_${1//-/_}
    printf %s "${!name}"
}

is_by_hand() {
    [ -n "${BY_HAND:-}" ]
}

mode() {
    is_by_hand && echo "with settings by hand" || echo "with a simulator"
}

all_running() {
    local name names="$FLEET $FAR_END"
    [ -f "$LOCAL/env" ] || return 1
    if is_by_hand; then
        names="planner gateway"
        [ -z "${SEND:-}" ] || names="$FLEET"
    fi
    for name in $names; do
        is_alive "$name" || return 1
    done
}

forget_data() {
    step "forget the data of earlier runs"
    rm -rf "$DATA"
    rm -f "$LOGS"/sender-* "$LOGS"/planner.log "$LOGS"/gateway.log "$LOGS"/simulator.log \
        "$LOGS"/redis.log "$LOGS"/postgres.log
    mkdir -p "$DATA"
}

# ---------------------------------------------------------------- stop

stop_all() {
    local name code=0 shown=
    for name in $FLEET $FAR_END; do
        [ -f "$PIDS/$name" ] || continue
        if is_alive "$name" && [ -z "$shown" ]; then
            step "stop"
            shown=yes
        fi
        case $name in
        postgres)
            halt "$name" INT || code=1 # fast: ends the sessions
            case $(pg_socket "$DATA") in /tmp/*) rmdir "$(pg_socket "$DATA")" 2>/dev/null ;; esac
            ;;
        *) halt "$name" TERM || code=1 ;;
        esac
    done
    return $code
}

# ---------------------------------------------------------------- start

db_url() {
    if is_by_hand; then
        printf %s "$CARTEIRO_DATABASE_URL"
    else
        pg_url "$DATA" "$(port postgres)" "$1" carteiro
    fi
}

start_servers() {
    choose_ports
    secret "$SECRETS/app_secret"
    secret "$SECRETS/verify_token"
    if is_by_hand; then
        (umask 077 && printf '%s\n' "$META_ACCESS_TOKEN" >"$SECRETS/token")
        [ -z "${META_APP_SECRET:-}" ] || (umask 077 && printf '%s\n' "$META_APP_SECRET" >"$SECRETS/app_secret")
        PHONE_NUMBER_ID=$META_PHONE_NUMBER_ID
        WABA_ID=${META_WABA_ID:-00000}
        return
    fi
    [ -s "$SECRETS/token" ] || (umask 077 && echo "EAA$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')" \
        >"$SECRETS/token")
    pg_init "$DATA"
    step "start PostgreSQL and Redis"
    pg_start postgres "$DATA" "$(port postgres)"
    redis_start redis "$DATA" "$(port redis)"
    pg_roles "$DATA" "$(port postgres)" >"$LOGS/roles.log" 2>&1 || fail "the roles could not be made" "$LOGS/roles.log"
    pg_database "$DATA" "$(port postgres)" carteiro >>"$LOGS/roles.log" 2>&1 ||
        fail "the database could not be made" "$LOGS/roles.log"
}

# quoted TEXT: as a libconfig string.
quoted() {
    printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

# configure NAME ROLE < OWN SECTIONS: .local/cfg/NAME.cfg, readable by us alone: it holds passwords.
configure() {
    mkdir -p "$LOCAL/cfg"
    (
        umask 077
        {
            echo "database: { url = $(quoted "$(db_url "$2")"); };"
            if is_by_hand; then
                echo "redis: { url = $(quoted "$CARTEIRO_REDIS_URL"); };"
            else
                echo "redis: { url = $(quoted "$(redis_url "$DATA" "$(port redis)")"); };"
                echo "whatsapp: { base_url = \"http://127.0.0.1:$(port simulator)\"; };"
            fi
            echo "secrets: { dir = $(quoted "$SECRETS"); };"
            echo "metrics: { address = \"127.0.0.1\"; port = $(port "m_$1"); };"
            cat
        } >"$LOCAL/cfg/$1.cfg"
    )
}

# ct ARGUMENTS: the CLI with this set-up's configuration, as the owner.
ct() {
    (without_settings "$TOP/.build/plain/workers/ctl/carteiro" "$@" --config "$LOCAL/cfg/carteiro.cfg")
}

# must LOG ARGUMENTS: ct, or the step has failed; its output goes to the log.
must() {
    local log=$LOGS/$1.log
    shift
    ct "$@" >"$log" 2>&1 || fail "carteiro $1 ${2:-}" "$log" $?
}

migrate() {
    step "migrate the database"
    PORT_m_carteiro=0
    configure carteiro owner </dev/null
    if is_by_hand; then
        psql -X -q -v ON_ERROR_STOP=1 -d "$CARTEIRO_DATABASE_URL" -f "$TOP/deploy/roles.sql" \
            >"$LOGS/roles.log" 2>&1 ||
            warn "   (deploy/roles.sql could not be run; that is well when the roles are there)"
        psql -X -q -v ON_ERROR_STOP=1 -d "$CARTEIRO_DATABASE_URL" >"$LOGS/roles.log" 2>&1 <<'SQL' ||
select format('alter role %I in database %I set search_path = carteiro, public', current_user, current_database())
\gexec
SQL
            fail "the database cannot be reached" "$LOGS/roles.log" 69
    fi
    ct migrar >"$LOGS/migrar.log" 2>&1 || {
        is_by_hand || warn "(data of another version? deploy/local/up --fresh begins without them)"
        fail "carteiro migrar" "$LOGS/migrar.log"
    }
}

# launch_ready NAME PROGRAM: starts it with its configuration and waits for /readyz.
launch_ready() {
    local folder=${2#carteiro-}
    is_alive "$1" && return 0
    launch "$1" "$TOP/.build/plain/workers/$folder/$2" --config "$LOCAL/cfg/$1.cfg"
}

wait_ready() {
    wait_for "$1" 60 curl -fs "http://127.0.0.1:$(port "m_$1")/readyz"
}

start_far_end() {
    is_by_hand && return
    step "start the simulator"
    configure simulator owner <<CFG
simulator: {
    port = $(port simulator);
    control_port = $(port control);
    numbers = "$PHONE_NUMBER_ID:$WABA_ID:$(cat "$SECRETS/token"):80";
    ledger = $(quoted "$DATA/ledger.jsonl");
    ledger_webhooks = $(quoted "$DATA/ledger-webhooks.jsonl");
    webhook_url = "http://127.0.0.1:$(port gateway)/webhook";
    app_secret_file = $(quoted "$SECRETS/app_secret");
    sent_ms = 100;
    delivered_ms = 400;
    read_ms = 1500;
    read_share = 0.7;
    failed_share = 0.02;
};
CFG
    launch_ready simulator carteiro-simulator
    wait_ready simulator
}

# One company and one number, also without the demo: the least that a first message needs.
make_company() {
    step "make the company padrao and its number"
    must empresa empresa salvar padrao
    if is_by_hand && [ "$WABA_ID" = 00000 ]; then
        say "   META_WABA_ID is not set: the account is noted as 00000; messages leave, templates cannot be published"
    fi
    must conta conta salvar "$WABA_ID" --token-arquivo token --segredo-arquivo app_secret --empresa padrao
    must numero numero salvar "$PHONE_NUMBER_ID" --conta "$WABA_ID" --empresa padrao
    # the demo is shown at any hour; to real people the product's own windows hold
    is_by_hand || must janela janela abrir --empresa padrao
    make_api_key
}

# A key of the HTTP API; that of the last run while it is in force.
make_api_key() {
    local last answer
    last=$(tail -c 5 "$SECRETS/api_key" 2>/dev/null || true)
    if [ -n "$last" ] && ct chave listar --empresa padrao --json |
        grep -q "\"final\":\"$last\".*\"revogada_em\":null"; then
        return
    fi
    answer=$(ct chave criar local --empresa padrao --json) || fail "carteiro chave criar"
    (umask 077 && printf '%s\n' "$answer" | sed 's/.*"chave":"\([^"]*\)".*/\1/' >"$SECRETS/api_key")
}

start_fleet() {
    local name
    step "start gateway, planner and $(is_by_hand && [ -z "$SEND" ] && echo no || echo two) senders"
    configure gateway gateway <<CFG
gateway: {
    address = "127.0.0.1";
    port = $(port gateway);
    verify_token_file = $(quoted "$SECRETS/verify_token");
    app_secret_file = $(quoted "$SECRETS/app_secret");
};
CFG
    configure planner planner </dev/null
    launch_ready gateway carteiro-gateway
    launch_ready planner carteiro-planner
    for name in sender-1 sender-2; do
        configure $name sender <<<"sender: { name = \"$name\"; };"
        if ! is_by_hand || [ -n "$SEND" ]; then
            launch_ready $name carteiro-sender
        fi
    done
    for name in $FLEET; do
        [ ! -f "$PIDS/$name" ] || wait_ready $name
    done
}

# ---------------------------------------------------------------- the environment for people

# word TEXT: as one word of sh.
word() {
    printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

metrics_urls() {
    local name urls=
    for name in sender-1 sender-2 planner gateway simulator; do
        if is_by_hand && [ $name = simulator ]; then continue; fi
        urls="$urls http://127.0.0.1:$(port "m_$name")/metrics"
    done
    printf %s "${urls# }"
}

write_env() {
    local redis ops_role=ops
    redis=${CARTEIRO_REDIS_URL:-}
    is_by_hand || redis=$(redis_url "$DATA" "$(port redis)")
    (
        umask 077
        {
            echo "# made by deploy/local/up; to be sourced: . .local/env"
            echo "CARTEIRO_LOCAL=$(word "$TOP")"
            echo "CARTEIRO_CONFIG=$(word "$LOCAL/cfg/carteiro.cfg")"
            echo "CARTEIRO_DATABASE_URL=$(word "$(db_url owner)")"
            echo "CARTEIRO_OPS_DATABASE_URL=$(word "$(db_url $ops_role)")"
            echo "CARTEIRO_REDIS_URL=$(word "$redis")"
            echo "CARTEIRO_GATEWAY_URL=http://127.0.0.1:$(port gateway)"
            if ! is_by_hand; then
                echo "CARTEIRO_SIMULATOR_URL=http://127.0.0.1:$(port simulator)"
                echo "CARTEIRO_SIMULATOR_CONTROL_URL=http://127.0.0.1:$(port control)"
                echo "CARTEIRO_LEDGER=$(word "$DATA/ledger.jsonl")"
                echo "CARTEIRO_LEDGER_WEBHOOKS=$(word "$DATA/ledger-webhooks.jsonl")"
            fi
            echo "CARTEIRO_METRICS_URLS=$(word "$(metrics_urls)")"
            echo "CARTEIRO_API_KEY=$(word "$(cat "$SECRETS/api_key")")"
            echo "META_ACCESS_TOKEN=$(word "$(cat "$SECRETS/token")")"
            echo "META_PHONE_NUMBER_ID=$PHONE_NUMBER_ID"
            echo "CARTEIRO_APP_SECRET=$(word "$(cat "$SECRETS/app_secret")")"
            echo "CARTEIRO_VERIFY_TOKEN=$(word "$(cat "$SECRETS/verify_token")")"
            echo "case :\$PATH: in *:$(word "$TOP/.build/plain/workers/ctl"):*) ;; *) PATH=$(word \
                "$(build_path plain)")\$PATH ;; esac"
            echo "export CARTEIRO_LOCAL CARTEIRO_CONFIG CARTEIRO_DATABASE_URL CARTEIRO_OPS_DATABASE_URL" \
                "CARTEIRO_REDIS_URL CARTEIRO_GATEWAY_URL CARTEIRO_METRICS_URLS CARTEIRO_API_KEY" \
                "META_ACCESS_TOKEN META_PHONE_NUMBER_ID CARTEIRO_APP_SECRET CARTEIRO_VERIFY_TOKEN PATH"
            is_by_hand || echo "export CARTEIRO_SIMULATOR_URL CARTEIRO_SIMULATOR_CONTROL_URL" \
                "CARTEIRO_LEDGER CARTEIRO_LEDGER_WEBHOOKS"
        } >"$LOCAL/env.new"
    )
    mv "$LOCAL/env.new" "$LOCAL/env"
}

look_around() {
    cat <<TEXT

Running. To look around:
    . .local/env
    psql "\$CARTEIRO_OPS_DATABASE_URL" -c "select tipo, status, count(*) from fila_mensagens group by 1, 2"
    carteiro campanha listar
    carteiro --help
    curl -s $(metrics_urls | cut -d' ' -f4)     # metrics of the gateway
TEXT
    is_by_hand || cat <<TEXT
    tail -n 3 "\$CARTEIRO_LEDGER"                     # what the simulated WhatsApp got
TEXT
    cat <<TEXT
Logs: .local/logs    Stop: deploy/local/down

TEXT
    if is_by_hand && ! is_alive sender-1; then
        say "Nothing is sent: the senders start with deploy/local/up --send"
    fi
}
