"""The image, the engine that runs it, private servers and a fleet in containers.

CARTEIRO_IMAGE is what deploy/container/root made (OUT). CARTEIRO_ENGINE=chroot takes the lesser engine
though runc works. Figures and what was left unchecked stand in the summary.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

from contained import LIMITS_MIB, Chroot, ContainedFleet, Runc
from servers import Postgres, Redis

NOTES = []


class Image:
    """The OCI layout, unpacked: what a node would run."""

    def __init__(self, out, home):
        self.layout = Path(out) / "oci"
        self.root = self.unpack(home / "bundle")

    def unpack(self, bundle):
        subprocess.run(["umoci", "unpack", "--image", f"{self.layout}:latest", str(bundle)],
                       check=True, capture_output=True)
        return bundle / "rootfs"

    def blob(self, digest):
        return self.layout / "blobs" / digest.replace(":", "/")

    def manifest(self):
        index = json.loads((self.layout / "index.json").read_text())
        return json.loads(self.blob(index["manifests"][0]["digest"]).read_text())

    def config(self):
        return json.loads(self.blob(self.manifest()["config"]["digest"]).read_text())


def works(engine):
    """None, or why a program of the image cannot be run by it."""
    argv, _ = engine.command(["carteiro", "--version"], memory_mib=LIMITS_MIB["sender"])
    done = subprocess.run(argv, capture_output=True, text=True)
    good = done.returncode == 0 and done.stdout.startswith("carteiro ")
    return None if good else (done.stderr.strip() or f"ended {done.returncode}").splitlines()[-1]


def choose(root, home):
    """The best engine that works here, and what of the profile it leaves unchecked."""
    if not shutil.which("runc"):
        raise RuntimeError("runc is missing")
    tried = []
    if os.environ.get("CARTEIRO_ENGINE") != "chroot":
        for limits in (True, False):
            engine = Runc(root, home / f"runc-{limits}", limits)
            reason = works(engine)
            if not reason:
                if tried:
                    NOTES.append(f"NOT CHECKED: memory limits, runc may set none here ({tried[0]})")
                return engine
            tried.append(reason)
            engine.done()
    NOTES.append("NOT CHECKED: read-only root, seccomp, masked paths and memory limits. runc cannot run here: "
                 f"{tried[-1] if tried else 'CARTEIRO_ENGINE=chroot'}; checked by chroot, as the same uid, "
                 "without capabilities, with no_new_privs")
    engine = Chroot(root, home / "chroot")
    reason = works(engine)
    assert not reason, f"nor can chroot: {reason}"
    return engine


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    out = os.environ.get("CARTEIRO_IMAGE")
    if not out and os.geteuid() != 0:
        pytest.skip("the image can be made and run by root alone")
    assert out, "CARTEIRO_IMAGE names no folder: tests/run container makes one"
    home = tmp_path_factory.mktemp("image")
    home.chmod(0o755)
    yield Image(out, home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def engine(image, tmp_path_factory):
    # below /tmp itself: the programs' user must be able to reach what is mounted
    home = tmp_path_factory.mktemp("engine")
    (home / "chroot").mkdir()
    # of its own: runc makes the points of its mounts in it
    chosen = choose(image.unpack(home / "bundle"), home)
    NOTES.append(f"engine: {chosen.name}")
    yield chosen
    chosen.done()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def run(engine):
    """run("carteiro", "--help", mounts=...) as the image's user; the CompletedProcess."""
    def once(*arguments, mounts=()):
        argv, _ = engine.command(arguments, mounts)
        return subprocess.run(argv, capture_output=True, text=True, timeout=60)
    return once


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    yield server
    server.done()


@pytest.fixture(scope="session")
def redis():
    server = Redis()
    yield server
    server.done()


@pytest.fixture
def fleet(tmp_path, postgres, redis, engine):
    """The image's programs over an empty database, not yet migrated."""
    database = postgres.create("container")
    redis.forget()
    made = ContainedFleet(tmp_path, database, redis, engine)
    yield made
    made.stop()
    database.drop()


@pytest.fixture
def note():
    """note("..."): a line of the summary."""
    return NOTES.append


def pytest_terminal_summary(terminalreporter):
    for line in NOTES:
        terminalreporter.write_line(f"container: {line}")
