"""Each program answers in the restricted container, and the container is as restricted as it says."""

import os
import subprocess

import pytest

from contained import UID
from servers import TOP

FLEET = ["carteiro-sender", "carteiro-planner", "carteiro-gateway"]
ALL = ["carteiro", *FLEET, "carteiro-simulator"]


@pytest.mark.parametrize("program", ALL)
@pytest.mark.parametrize("word", ["--version", "--help"])
def test_every_program_answers(run, program, word):
    done = run(program, word)
    assert done.returncode == 0, done.stderr
    assert program in done.stdout


@pytest.mark.parametrize("program", FLEET)
def test_every_program_checks_its_configuration(run, program, tmp_path):
    config = tmp_path / "carteiro.cfg"
    config.write_text('sender: { slots = 8; };\n')
    config.chmod(0o644)
    mounts = [(config, "/etc/carteiro/carteiro.cfg")]
    good = run(program, "--check-config", mounts=mounts)
    assert good.returncode == 0, good.stderr
    config.write_text("sender: { slotz = 8; };\n")
    bad = run(program, "--check-config", mounts=mounts)
    assert bad.returncode == 78 and "slotz" in bad.stderr, bad.stderr


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    path = tmp_path_factory.mktemp("probe") / "probe"
    subprocess.run(["gcc", "-O1", "-static", "-o", str(path), str(TOP / "tests/container/probe.c")], check=True)
    path.chmod(0o755)
    return path


def test_what_is_not_its_work_is_refused(engine, run, probe):
    done = run("/probe", mounts=[(probe, "/probe")])
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert (said["uid"], said["gid"], said["no_new_privs"]) == (str(UID), str(UID), "1")
    for refused in ("write_root", "write_programs", "write_config", "write_sysctl", "setuid", "mount", "bpf"):
        assert said[refused] != "done", refused
    if engine.name != "runc":
        return  # said in the summary
    assert said["seccomp"] == "2"
    assert said["write_root"] == said["write_programs"] == "EROFS"
    assert (said["unshare"], said["keyctl"], said["ptrace"]) == ("EPERM", "EPERM", "EPERM")
    assert said["read_kcore"] != "done" and said["read_timers"] != "done"


def test_nothing_in_the_image_is_a_shell(image, run):
    for name in ("sh", "bash", "dash", "busybox", "perl", "apt-get", "dpkg", "su"):
        assert not os.path.lexists(image.root / "usr/bin" / name)
    assert run("sh", "-c", "true").returncode != 0
