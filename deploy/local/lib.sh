# lib.sh - what up, down and tests/run share: packages, build, private servers, processes.
# Sourced by bash with TOP set to the checkout. Nothing here touches a default port, a
# default cluster or a service of the machine.

LOCAL=$TOP/.local
LOGS=$LOCAL/logs
PIDS=$LOCAL/pids
SECRETS=$LOCAL/secrets
STEP=start

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config python3 libpq-dev
    libcurl4-openssl-dev libjson-c-dev libhiredis-dev libconfig-dev libmicrohttpd-dev
    libssl-dev zlib1g-dev libcsv-dev libcmocka-dev"
# redis-tools holds the server's program as well, without a service that would start at boot
RUN_PACKAGES="postgresql-15 redis-tools curl ca-certificates"
TEST_PACKAGES="postgresql-15-pgtap python3-pytest python3-pytest-xdist python3-psycopg2 pgbouncer
    python3-h2 python3-jsonschema nghttp2-proxy openssl prometheus stunnel4
    clang clang-format clang-tidy"
# of the suite container: what makes the image, and what runs it
CONTAINER_PACKAGES="mmdebstrap umoci runc binutils python3-yaml"
MANIFESTS_PACKAGES="nodejs npm"
# what among these brings a service that would start at the next boot
SERVICES="pgbouncer nghttpx prometheus stunnel4"

export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }

# step NAME: what is being done, for whoever waits and for fail.
step() {
    STEP=$1
    say "-- $STEP"
}

# fail MESSAGE [LOG]: says which step failed, where its log is and how the log ends.
fail() {
    warn "FAILED at \"$STEP\": $1"
    if [ $# -gt 1 ] && [ -s "$2" ]; then
        warn "log: $2; its last lines:"
        tail -n 20 "$2" | sed 's/^/    /' >&2
    fi
    exit "${3:-1}"
}

# Variables that .local/env of some checkout brought into this shell are not settings by hand.
forget_local_variables() {
    local name
    [ -n "${CARTEIRO_LOCAL:-}" ] || return 0
    for name in $(compgen -e | grep -E '^CARTEIRO_') META_ACCESS_TOKEN META_PHONE_NUMBER_ID; do
        unset "$name"
    done
}

# without_settings COMMAND...: runs it with none of the variables that configure Carteiro.
without_settings() {
    local name unset_them=()
    for name in $(compgen -e | grep -E '^(CARTEIRO_|META_|PG|DATABASE_URL$|CLINIC_TIMEZONE$|ENABLE_FOLLOWUP$)'); do
        unset_them+=(-u "$name")
    done
    exec env "${unset_them[@]}" "$@"
}

# ---------------------------------------------------------------- packages

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            printf '%s ' "$package"
    done
}

# While packages go in: no service is started, no PostgreSQL cluster is made. What was there
# before is respected, what we put there is taken away again.
forbid_services() {
    PUT_POLICY= PUT_CLUSTER=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        PUT_POLICY=yes
    fi
    if [ ! -e /etc/postgresql-common/createcluster.d/carteiro-local.conf ]; then
        mkdir -p /etc/postgresql-common/createcluster.d
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/carteiro-local.conf
    fi
    PUT_CLUSTER=yes
}

allow_services() {
    [ -z "${PUT_POLICY:-}" ] || rm -f /usr/sbin/policy-rc.d
    [ -z "${PUT_CLUSTER:-}" ] || rm -f /etc/postgresql-common/createcluster.d/carteiro-local.conf
    PUT_POLICY= PUT_CLUSTER=
}

# need_packages NAME...: installs those that are missing; an ordinary user is told what to do.
need_packages() {
    local missing log=$LOGS/packages.log apt
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        fail "packages are missing; as root: apt-get install --no-install-recommends $missing" "" 69
    fi
    step "install Debian packages ($(echo $missing | wc -w))"
    apt="apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3"
    forbid_services
    {
        export DEBIAN_FRONTEND=noninteractive
        # lists may be missing or too old to fetch from: once more after an update
        apt-cache show $missing >/dev/null 2>&1 &&
            $apt install --no-install-recommends $missing ||
            { $apt update && $apt install --no-install-recommends $missing; }
    } </dev/null >"$log" 2>&1 || {
        allow_services
        fail "apt-get could not install: $missing" "$log" 69
    }
    disable_services $missing >>"$log" 2>&1
    allow_services
}

# disable_services PACKAGE...: of what was just installed; one that was there before is left alone.
disable_services() {
    local service
    for service in $SERVICES; do
        case " $* " in
        *" $service "*) update-rc.d "$service" disable ;;
        esac
    done
}

# ---------------------------------------------------------------- build

# build NAME [MESON OPTIONS...]: .build/NAME, up to date.
build() {
    local name=$1 dir=$TOP/.build/$1 log=$LOGS/build-$1.log
    shift
    step "build .build/$name"
    {
        if [ -f "$dir/build.ninja" ]; then
            ninja -C "$dir"
        else
            rm -rf "$dir"
            meson setup "$@" "$dir" "$TOP" && ninja -C "$dir"
        fi
    } </dev/null >"$log" 2>&1 || fail "the build failed" "$log"
}

build_path() {
    local dir path=
    for dir in ctl sender planner gateway simulator; do
        path=$path$TOP/.build/$1/workers/$dir:
    done
    printf %s "$path"
}

# ---------------------------------------------------------------- processes

# The kernel's start time of a process, so that a pid used again is not taken for ours.
started_at() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# is_alive NAME: whether the process of that pid file runs (a zombie does not).
is_alive() {
    local pid start state
    [ -f "$PIDS/$1" ] || return 1
    read -r pid start <"$PIDS/$1" || return 1
    [ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ] || return 1
    state=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f1)
    [ "$state" != Z ]
}

# launch NAME COMMAND...: a process of its own session with its log and pid file.
launch() {
    local name=$1 pid
    shift
    (without_settings setsid "$@") </dev/null >>"$LOGS/$name.log" 2>&1 9>&- &
    pid=$!
    echo "$pid $(started_at $pid)" >"$PIDS/$name"
}

# wait_for NAME SECONDS COMMAND...: until the command succeeds, as long as NAME runs.
wait_for() {
    local name=$1 tries=$(($2 * 10))
    shift 2
    until "$@" >/dev/null 2>&1; do
        is_alive "$name" || fail "$name ended" "$LOGS/$name.log"
        tries=$((tries - 1))
        [ $tries -gt 0 ] || fail "$name does not get ready" "$LOGS/$name.log"
        sleep 0.1
    done
}

# halt NAME SIGNAL: ends it and waits; 1 when it had to be killed or ended badly.
halt() {
    local name=$1 pid tries=400 code=0
    is_alive "$name" || { rm -f "$PIDS/$name"; return 0; }
    read -r pid _ <"$PIDS/$name"
    kill -"$2" "$pid" 2>/dev/null
    while is_alive "$name"; do
        tries=$((tries - 1))
        if [ $tries = 0 ]; then
            warn "$name did not end within 40 s and was killed; log: $LOGS/$name.log"
            kill -KILL "$pid" 2>/dev/null
            code=1
        fi
        sleep 0.1
    done
    # our own child: its exit code can be had; of an older shell's child it cannot
    if jobs -p | grep -qx "$pid"; then
        wait "$pid" || { warn "$name ended $?; log: $LOGS/$name.log"; code=1; }
    fi
    rm -f "$PIDS/$name"
    return $code
}

# free_ports WISH...: one free loopback port per wish, the wished one where it is free.
free_ports() {
    python3 - "$@" <<'PY'
import socket, sys
held = []
for wish in sys.argv[1:]:
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(wish)))
    except OSError:
        probe.bind(("127.0.0.1", 0))
    held.append(probe)
print(*(probe.getsockname()[1] for probe in held))
PY
}

# secret FILE: makes FILE (mode 0600) with a random word unless it is there.
secret() {
    [ -s "$1" ] || (
        umask 077
        head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$1"
        echo >>"$1"
    )
}

# ---------------------------------------------------------------- PostgreSQL

pg_programs() {
    ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1
}

# as_postgres COMMAND...: initdb and postgres refuse root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
        exec "$@"
    fi
}

# pg_init DIR: a cluster in DIR/pg, socket in DIR/run, superuser's password in DIR/keys/postgres.
pg_init() {
    local dir=$1 log=$LOGS/initdb.log
    mkdir -p "$dir/keys" "$dir/run"
    chmod 700 "$dir/keys"
    [ ! -s "$dir/pg/PG_VERSION" ] || return 0
    step "make a private PostgreSQL cluster"
    rm -rf "$dir/pg" "$dir/keys/postgres" "$dir/keys/login"
    mkdir -m 700 "$dir/pg"
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$dir/pg" "$dir/run"
    secret "$dir/keys/postgres"
    secret "$dir/keys/login"
    # the server's user cannot enter the folder of the keys
    install -m 600 "$dir/keys/postgres" "$dir/run/password"
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$dir/run/password"
    (as_postgres "$(pg_programs)/initdb" -D "$dir/pg" -U postgres --auth=scram-sha-256 \
        --pwfile="$dir/run/password" --encoding=UTF8 --locale=C.UTF-8) >"$log" 2>&1 ||
        INIT_FAILED=yes
    rm -f "$dir/run/password"
    [ -z "${INIT_FAILED:-}" ] || {
        rm -rf "$dir/pg"
        fail "initdb failed" "$log"
    }
}

# pg_options DIR PORT: the server's command line, one word a line. Unix socket only.
pg_options() {
    printf '%s\n' -D "$1/pg" -c listen_addresses= -c port="$2" \
        -c unix_socket_directories="$(pg_socket "$1")" -c max_connections=100 \
        -c log_min_error_statement=panic -c log_error_verbosity=terse -c timezone=UTC
}

# A socket's path may have 107 bytes; under a deep checkout it lies in /tmp.
pg_socket() {
    if [ ${#1} -lt 80 ]; then
        printf %s "$1/run"
    else
        printf %s "/tmp/carteiro-$(id -u)-$CHECKOUT"
    fi
}

# pg_start NAME DIR PORT: starts the cluster of DIR as process NAME and waits.
pg_start() {
    local name=$1 dir=$2 port=$3 options socket
    is_alive "$name" && return 0
    socket=$(pg_socket "$dir")
    [ -d "$socket" ] || mkdir -m 700 "$socket"
    [ -O "$socket" ] || [ "$(id -u)" = 0 ] || fail "$socket belongs to somebody else"
    if [ -f "$dir/pg/postmaster.pid" ]; then # left by a checkout that is gone, or by a crash
        (as_postgres "$(pg_programs)/pg_ctl" -D "$dir/pg" -m fast stop) >/dev/null 2>&1
    fi
    mapfile -t options < <(pg_options "$dir" "$port")
    if [ "$(id -u)" = 0 ]; then
        launch "$name" setpriv --reuid=postgres --regid=postgres --clear-groups \
            env -C / "$(pg_programs)/postgres" "${options[@]}"
    else
        launch "$name" "$(pg_programs)/postgres" "${options[@]}"
    fi
    wait_for "$name" 60 pg_super "$dir" "$port" -c 'select 1'
}

# pg_super DIR PORT [PSQL OPTIONS]: psql as superuser.
pg_super() {
    local dir=$1 port=$2
    shift 2
    PGPASSWORD=$(cat "$dir/keys/postgres") PGHOST=$(pg_socket "$dir") PGPORT=$port PGUSER=postgres \
        PGDATABASE=postgres psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# pg_url DIR PORT ROLE DATABASE: postgresql:// by the socket, with the password.
pg_url() {
    printf 'postgresql://local_%s:%s@%s:%s/%s' "$3" "$(cat "$1/keys/login")" \
        "$(pg_socket "$1" | sed 's/%/%25/g; s|/|%2F|g; s/ /%20/g')" "$2" "$4"
}

# pg_roles DIR PORT: the roles and the login roles.
pg_roles() {
    pg_super "$1" "$2" -f "$TOP/deploy/roles.sql" &&
        CARTEIRO_LOGIN=$(cat "$1/keys/login") pg_super "$1" "$2" -f "$TOP/deploy/local/logins.sql"
}

# pg_database DIR PORT NAME: makes the database unless it is there.
pg_database() {
    [ "$(pg_super "$1" "$2" -v name="$3" <<<"select 1 from pg_database where datname = :'name'")" = 1 ] ||
        pg_super "$1" "$2" -v name="$3" <<<'create database :"name" template template0 owner carteiro_owner'
}

# ---------------------------------------------------------------- Redis

redis_program() {
    command -v redis-server || command -v redis-check-rdb
}

# redis_start NAME DIR PORT: on loopback, with the fleet's narrow user and no default user.
redis_start() {
    local name=$1 dir=$2 port=$3
    is_alive "$name" && return 0
    mkdir -p "$dir/redis" "$dir/keys"
    chmod 700 "$dir/redis" "$dir/keys"
    secret "$dir/keys/redis"
    secret "$dir/keys/redis-admin"
    (
        umask 077
        sed -n "/^user /{s/@FLEET@/$(cat "$dir/keys/redis")/; s/@ADMIN@/$(cat "$dir/keys/redis-admin")/; p}" \
            "$TOP/deploy/redis/users.acl" >"$dir/redis/users.acl"
    )
    # the program decides by its name what it is
    launch "$name" bash -c 'exec -a redis-server "$0" "$@"' "$(redis_program)" --bind 127.0.0.1 \
        --port "$port" --dir "$dir/redis" --save "" --appendonly no --aclfile "$dir/redis/users.acl"
    wait_for "$name" 30 redis_ping "$dir" "$port"
}

redis_ping() {
    REDISCLI_AUTH=$(cat "$1/keys/redis-admin") redis-cli -p "$2" --user admin --no-auth-warning ping |
        grep -qx PONG
}

redis_url() {
    printf 'redis://carteiro:%s@127.0.0.1:%s' "$(cat "$1/keys/redis")" "$2"
}

# ---------------------------------------------------------------- where things lie

prepare_folders() {
    mkdir -p "$LOGS" "$PIDS" "$SECRETS"
    chmod 700 "$LOCAL" "$SECRETS"
    CHECKOUT=$(printf %s "$TOP" | sha256sum | cut -c1-12)
    if [ "$(id -u)" = 0 ]; then
        # the server's user must be able to enter it; a checkout under /root it cannot
        DATA=/var/lib/carteiro-local/$CHECKOUT
    else
        DATA=$LOCAL/data
    fi
    mkdir -p "$DATA"
}
