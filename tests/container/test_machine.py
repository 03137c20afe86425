"""One machine without a cluster: compose.yaml, the systemd units, their secrets and the server's set-up."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg2
import pytest
import yaml

from contained import MANIFESTS, ContainedFleet, Runc
from fleet import clean_environment, program
from servers import TOP
from waiting import wait_until

DEPLOY = TOP / "deploy"
UNITS = DEPLOY / "systemd"
SERVICES = ["carteiro-sender@.service", "carteiro-planner.service", "carteiro-gateway.service", "carteiro-migrar.service"]
FLEET = ("sender", "planner", "gateway")
LOGINS = {"login_sender": "carteiro_sender", "login_planner": "carteiro_planner", "login_gateway": "carteiro_gateway",
          "login_migrar": "carteiro_owner", "login_grafana": "carteiro_grafana"}
EXPOSURE_MAX = 1.5  # systemd-analyze security: 0 is locked in, 10 is open


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def keys():
    """Environment names of all configuration keys."""
    example = subprocess.run([program("carteiro"), "config", "example"], capture_output=True, text=True,
                             env=clean_environment()).stdout
    section, names = None, set()
    for line in example.splitlines():
        if found := re.match(r"^(\w+):$", line):
            section = found[1]
        elif found := re.match(r"^    (?:# )?(\w+) = .*;$", line):
            names.add(f"CARTEIRO_{section}_{found[1]}".upper())
    assert "CARTEIRO_DATABASE_URL" in names and len(names) > 40
    return names


@pytest.fixture(scope="module")
def credentials(tmp_path_factory):
    """What deploy/container/secrets makes, and the two that a person puts there."""
    folder = tmp_path_factory.mktemp("credentials")
    said = subprocess.run([str(DEPLOY / "container/secrets"), str(folder)], capture_output=True, text=True, check=True)
    assert said.stdout.count("still missing") == 2
    for name in ("token", "app_secret"):
        (folder / name).write_text("EAAteste\n")
    return folder


def environment(service):
    """With the defaults of ${NAME:-default}."""
    return {key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))
            for key, value in service.get("environment", {}).items()}


def ours(compose):
    return {name: service for name, service in compose["services"].items()
            if str(service["image"]).startswith("${CARTEIRO_IMAGE")}


def is_key(name, keys):
    return name in keys or name.removesuffix("_FILE") in keys


# ---- compose

def test_every_setting_of_compose_is_a_key_and_every_file_is_there(compose, keys, credentials):
    made = {path.name for path in credentials.iterdir()}
    for name, service in compose["services"].items():
        secrets = {entry if isinstance(entry, str) else entry["source"] for entry in service.get("secrets", [])}
        assert secrets <= set(compose["secrets"]), name
        for key, value in environment(service).items():
            if name in ours(compose):
                assert is_key(key, keys), f"{name}: {key}"
            if value.startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in secrets, f"{name}: {key}={value}"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists(), f"{name}: {volume}"
        for other in service.get("depends_on", {}):
            assert other in compose["services"]
    for name, secret in compose["secrets"].items():
        assert Path(secret["file"]).name == name and name in made, name


def test_compose_restricts_what_the_image_needs_restricted(compose):
    found = ours(compose)
    assert {"sender", "planner", "gateway", "migrar", "carteiro", "simulator"} == set(found)
    for name, service in found.items():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "user" not in service and "privileged" not in service, name
    config = (MANIFESTS / "carteiro.cfg").read_text()
    for kind in FLEET:
        grace = re.search(rf"^{kind}:\s*{{.*?grace_s = (\d+);", config, re.M | re.S)[1]
        assert compose["services"][kind]["stop_grace_period"] == f"{grace}s"
        memory = re.search(r"limits:\s+memory: (\d+)Mi", (MANIFESTS / f"{kind}.yaml").read_text())[1]
        assert compose["services"][kind]["deploy"]["resources"]["limits"]["memory"] == f"{memory}M"
    assert compose["networks"]["dentro"]["internal"] is True
    assert "fora" not in compose["services"]["planner"]["networks"]


def test_prometheus_finds_each_process_once_by_the_name_of_its_service(compose):
    config = yaml.safe_load(compose["configs"]["prometheus"]["content"])
    watched = {job["dns_sd_configs"][0]["names"][0]: job["job_name"] for job in config["scrape_configs"]}
    assert watched == {kind: f"carteiro-{kind}" for kind in FLEET}
    for kind in FLEET:
        shared = set(compose["services"]["prometheus"]["networks"]) & set(compose["services"][kind]["networks"])
        assert shared == {"dentro"}, f"{kind}: an address on each of {shared}"


@pytest.mark.parametrize("kind", FLEET)
def test_each_program_takes_its_environment_of_compose(compose, kind, credentials):
    settings = {key: value.replace("/run/secrets", str(credentials))
                for key, value in environment(compose["services"][kind]).items()}
    done = subprocess.run([program(f"carteiro-{kind}"), "--check-config"], capture_output=True, text=True,
                          env={**clean_environment(), **settings})
    assert done.returncode == 0, done.stderr


# ---- PostgreSQL and Redis of one machine

def test_database_sql_makes_logins_that_hold_their_role_and_no_more(postgres, credentials):
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", postgres.url("postgres"),
               "-f", str(DEPLOY / "database.sql")]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True,
                              env={**os.environ, "CARTEIRO_SECRETS": str(credentials)})
        assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr
    for login, papel in LOGINS.items():
        name = {"login_migrar": "db_migrar"}.get(login, "db_" + login.removeprefix("login_"))
        password = (credentials / name).read_text().strip()
        assert password not in postgres.log()
        with psycopg2.connect(host="127.0.0.1", port=postgres.port, user=login, password=password,
                              dbname="carteiro") as connection:
            cursor = connection.cursor()
            cursor.execute("select current_user, current_setting('search_path')")
            assert cursor.fetchone() == (papel, "carteiro, public")
        connection.close()
    (credentials / "db_sender").chmod(0o600)
    kept = (credentials / "db_sender").read_text()
    try:
        (credentials / "db_sender").write_text("")
        done = subprocess.run(command, capture_output=True, text=True,
                              env={**os.environ, "CARTEIRO_SECRETS": str(credentials)})
        assert done.returncode != 0 and "login_sender: no password" in done.stderr
    finally:
        (credentials / "db_sender").write_text(kept)


def test_redis_takes_the_users_file(compose, credentials, tmp_path):
    said = (credentials / "users.acl").read_text()
    assert "@FLEET@" not in said and "@ADMIN@" not in said
    assert all(line.startswith("user ") for line in said.splitlines())
    command = [word for word in compose["services"]["redis"]["command"][1:]]
    command[command.index("--aclfile") + 1] = str(credentials / "users.acl")
    server = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    socket = tmp_path / "socket"
    process = subprocess.Popen(["bash", "-c", 'exec -a redis-server "$0" "$@"', server, *command, "--port", "0",
                                "--unixsocket", str(socket), "--dir", str(tmp_path)], stdout=subprocess.PIPE)
    try:
        wait_until(socket.exists, 20, "Redis listens")
        ask = ["redis-cli", "-s", str(socket), "--user", "carteiro", "--no-auth-warning"]
        env = {**os.environ, "REDISCLI_AUTH": (credentials / "redis").read_text().strip()}
        assert "NOPERM" in subprocess.run([*ask, "flushall"], env=env, capture_output=True, text=True).stdout
        assert subprocess.run([*ask, "time"], env=env, capture_output=True, text=True).stdout[0].isdigit()
    finally:
        process.terminate()
        process.wait(20)


# ---- systemd

def unit(name):
    """{key: [values]} of a unit; its sections do not matter here."""
    found = {}
    for line in (UNITS / name).read_text().splitlines():
        if "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_names_programs_keys_and_credentials_that_exist(name, keys, credentials):
    about = unit(name)
    assert Path(about["ExecStart"][0].split()[0]).name in os.listdir(Path(program("carteiro")).parent) + \
        [Path(program(f"carteiro-{kind}")).name for kind in FLEET]
    loaded = dict(value.split(":") for value in about["LoadCredential"])
    for id, path in loaded.items():
        assert path == f"/etc/carteiro/credentials/{id}" and (credentials / id).exists()
    for setting in about["Environment"]:
        key, _, value = setting.partition("=")
        assert is_key(key, keys), setting
        if value.startswith("%d/"):
            assert value.removeprefix("%d/") in loaded, setting
    assert "User" not in about and about["DynamicUser"] == ["yes"]
    if kind := next((kind for kind in FLEET if kind in name), None):
        grace = re.search(rf"^{kind}:\s*{{.*?grace_s = (\d+);", (MANIFESTS / "carteiro.cfg").read_text(), re.M | re.S)[1]
        assert about["TimeoutStopSec"] == [grace]


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A root with the units, the programs they start and systemd's own targets."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    root = tmp_path_factory.mktemp("system")
    place = root / "etc/systemd/system"
    place.mkdir(parents=True)
    (root / "usr/bin").mkdir(parents=True)
    for name in ["carteiro", *(f"carteiro-{kind}" for kind in FLEET)]:
        shutil.copy(program(name), root / "usr/bin")
    for path in UNITS.iterdir():
        shutil.copy(path, place / path.name.replace("@.", "@1."))
    for target in Path("/usr/lib/systemd/system").glob("*.target"):
        if not (place / target.name).exists():
            shutil.copy(target, place / target.name)
    return root


@pytest.mark.parametrize("name", [name.replace("@.", "@1.") for name in SERVICES] + ["carteiro.target"])
def test_systemd_finds_nothing_wrong_with_a_unit(system, name):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={system}", name],
                          capture_output=True, text=True)
    about_ours = [line for line in done.stderr.splitlines() if "carteiro" in line]
    assert done.returncode == 0 and not about_ours, done.stderr


def test_systemd_would_say_what_is_wrong(system):
    """The same check over a unit with a misspelt key and a program that is not there."""
    path = system / "etc/systemd/system/carteiro-errado.service"
    path.write_text("[Service]\nExecStart=/usr/bin/carteiro-nada\nProtectSistem=strict\n")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={system}", path.name],
                          capture_output=True, text=True)
    path.unlink()
    assert "ProtectSistem" in done.stderr and "carteiro-nada" in done.stderr


@pytest.mark.parametrize("name", [name.replace("@.", "@1.") for name in SERVICES])
def test_systemd_calls_a_unit_locked_in(system, name, note):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--root={system}", "--no-pager", name],
                          capture_output=True, text=True)
    level = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)[1])
    note(f"systemd: exposure of {name} {level}")
    assert level <= EXPOSURE_MAX, done.stdout


def calls_of(group, seen=()):
    """System calls of a group of systemd's, groups in it too."""
    said = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    words = [line.strip() for line in said.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(calls_of(word) if word.startswith("@") else {word} for word in words))


def systemd_filter(name):
    """SystemCallFilter= of a unit as a seccomp profile: what it lists and @default, less what it refuses."""
    allowed = calls_of("@default")
    for value in unit(name)["SystemCallFilter"]:
        for group in value.lstrip("~").split():
            allowed = allowed - calls_of(group) if value.startswith("~") else allowed | calls_of(group)
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
    known = set(re.findall(r"#define __NR_(\w+) ", header))
    return {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [{"names": sorted(allowed & known), "action": "SCMP_ACT_ALLOW"}]}


def test_the_fleet_works_under_the_units_filter(engine, tmp_path, postgres, redis):
    if engine.name != "runc":
        pytest.skip("no seccomp without runc")
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    filters = {str(systemd_filter(name)) for name in SERVICES}
    assert len(filters) == 1, "the units differ in SystemCallFilter"
    narrow = Runc(engine.root, tmp_path / "narrow", engine.limits, systemd_filter(SERVICES[0]))
    database = postgres.create("filter")
    redis.forget()
    fleet = ContainedFleet(tmp_path, database, redis, narrow)
    try:
        fleet.simulator()
        fleet.cli("migrar")
        fleet.company()
        fleet.cli("janela", "abrir", "--empresa", "todas")
        fleet.template("oi", "Oi, {nome}!", "utility")
        running = [fleet.gateway(), fleet.planner(), fleet.sender()]
        database.query("""select enfileirar(c.id, 'Oi', 'resposta', modelo => 'oi')
                          from cliente_salvar('Ana Souza', '11 987654321') as c""")
        wait_until(lambda: database.value("select count(*) from fila_mensagens where entrega = 'lida'") == 1, 30,
                   "one message is sent and read")
        assert [process.term() for process in running] == [0, 0, 0]
    finally:
        narrow.done()
        fleet.stop()
        database.drop()
