"""What is in the image, and that both ways to it say the same."""

import fnmatch
import json
import re
import shlex
import stat
import subprocess

import pytest

from contained import UID
from servers import TOP

HERE = TOP / "deploy/container"
PROGRAMS = {"carteiro", "carteiro-sender", "carteiro-planner", "carteiro-gateway", "carteiro-simulator"}
SIZE_MIB = 40


def listed():
    lines = (line.split("#")[0].strip() for line in (HERE / "packages").read_text().splitlines())
    return sorted(line for line in lines if line)


def files(image):
    return [path for path in image.root.rglob("*") if path.is_file() and not path.is_symlink()]


def dockerfile():
    """(instruction, rest) of each, continued lines joined."""
    text = re.sub(r"\\\n", " ", (HERE / "Dockerfile").read_text())
    words = (line.strip().partition(" ") for line in text.splitlines() if line.strip() and line[0] != "#")
    return [(name, rest.strip()) for name, _, rest in words]


def last(name):
    return [rest for instruction, rest in dockerfile() if instruction == name][-1]


def test_it_is_small_and_holds_the_programs_and_nothing_else_to_run(image, note):
    found = files(image)
    programs = {path.name for path in found if path.stat().st_mode & 0o111 and ".so" not in path.name}
    assert programs == PROGRAMS
    size = sum(path.stat().st_size for path in found) / 1048576
    packed = sum(image.blob(layer["digest"]).stat().st_size for layer in image.manifest()["layers"]) / 1048576
    note(f"size: {size:.1f} MiB in {len(found)} files, {packed:.1f} MiB compressed")
    assert size < SIZE_MIB


def test_no_file_gives_rights_and_none_belongs_to_the_programs_user(image):
    for path in image.root.rglob("*"):
        about = path.lstat()
        assert not about.st_mode & (stat.S_ISUID | stat.S_ISGID), path
        assert about.st_uid == about.st_gid == 0, path
        if not path.is_symlink() and path.name != "tmp":
            assert not about.st_mode & 0o022, path
    assert (image.root / "usr/bin/carteiro").stat().st_mode & 0o555 == 0o555


def test_the_package_list_is_the_sbom_and_the_records(image, note):
    bom = json.loads((image.root / "usr/share/carteiro/sbom.cdx.json").read_text())
    libraries = {part["name"]: part for part in bom["components"] if part["type"] == "library"}
    lines = [line.split() for line in (image.root / "usr/share/carteiro/packages.txt").read_text().splitlines()]
    assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.5"
    assert sorted(libraries) == listed() == sorted(line[0] for line in lines)
    assert sorted(path.name for path in (image.root / "var/lib/dpkg/status.d").iterdir()) == listed()
    for name, version, _ in lines:
        assert libraries[name]["version"] == version
        assert re.match(r"pkg:deb/debian/" + re.escape(name) + "@", libraries[name]["purl"])
    assert {part["name"] for part in bom["components"]} - set(libraries) == PROGRAMS
    note(f"packages ({len(lines)}): " + ", ".join(f"{name} {version}" for name, version, _ in lines))


def test_certificates_and_zones_are_there(image):
    bundle = (image.root / "etc/ssl/certs/ca-certificates.crt").read_text()
    assert bundle.count("BEGIN CERTIFICATE") > 100
    assert (image.root / "usr/share/zoneinfo/America/Sao_Paulo").read_bytes().startswith(b"TZif")
    # where Debian's libcurl looks when nothing is configured
    curl = next((image.root / "usr/lib").rglob("libcurl.so.4.*")).read_bytes()
    assert b"/etc/ssl/certs/ca-certificates.crt" in curl


def test_the_image_says_what_the_dockerfile_says(image):
    config = image.config()["config"]
    labels = {pair.partition("=")[0]: pair.partition("=")[2] for pair in shlex.split(last("LABEL"))}
    version = re.search(r"version: '([^']+)'", (TOP / "meson.build").read_text())[1]
    assert last("ARG") == f"VERSION={version}"
    labels["org.opencontainers.image.version"] = version
    # an engine may sign with its own
    assert {key: value for key, value in config["Labels"].items() if not key.startswith("io.buildah.")} == labels
    assert config["User"] == last("USER") == f"{UID}:{UID}"
    assert config["Env"] == shlex.split(last("ENV"))
    assert config["Cmd"] == json.loads(last("CMD"))
    assert config["StopSignal"] == last("STOPSIGNAL")
    assert not config.get("Entrypoint")


def test_the_dockerfile_installs_what_a_build_needs():
    library = (TOP / "deploy/local/lib.sh").read_text()
    packages = re.search(r'^BUILD_PACKAGES="([^"]+)"', library, re.M)[1].split()
    run = next(rest for name, rest in dockerfile() if name == "RUN")
    assert run.split("--no-install-recommends")[1].split() == packages


@pytest.fixture
def context(tmp_path):
    """The tree as Dockerfile.dockerignore lets it through: of what git knows, and of new files."""
    lines = (HERE / "Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in lines
    kept = [line[1:] for line in lines if line.startswith("!")]
    known = subprocess.run(["git", "-C", str(TOP), "ls-files", "--cached", "--others", "--exclude-standard"],
                           capture_output=True, text=True)
    names = known.stdout.splitlines() if known.returncode == 0 else \
        [str(path.relative_to(TOP)) for path in TOP.rglob("*") if path.is_file()]
    for name in names:
        if (TOP / name).exists() and any(fnmatch.fnmatch(name, one) or name.startswith(one + "/") for one in kept):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).symlink_to(TOP / name)
    return tmp_path


def test_the_context_holds_all_that_the_build_names(context, tmp_path):
    done = subprocess.run(["meson", "setup", str(tmp_path / "build"), str(context)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    missing = subprocess.run(["ninja", "-C", str(tmp_path / "build"), "-n"], capture_output=True, text=True)
    assert missing.returncode == 0, missing.stdout[-2000:]
