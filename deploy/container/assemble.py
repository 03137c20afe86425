#!/usr/bin/python3
"""assemble.py PROGRAMS ROOT [--debs DIR]: the image's root file system, in ROOT.

PROGRAMS is what `meson install --destdir` filled. Debian's part is the list `packages` beside this file,
fetched by apt-get (of the machine, or of APT_CONFIG) and extracted; no maintainer script runs, so no shell
is needed, then or later. Both ways to an image go through here: Dockerfile and root.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
UID = 65532
LIBRARY_FOLDERS = ("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64", "usr/lib")
# of the packages, what no program opens: texts for people, character sets that glibc has built in already,
# engines, and the zones once more in two other forms
UNUSED = ("usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/bug", "usr/share/base-files",
          "usr/share/libc-bin", "usr/share/p11-kit", "usr/share/zoneinfo/right", "usr/share/zoneinfo/posix",
          "usr/share/info", "usr/share/dict", "usr/share/misc", "usr/share/bash-completion", "usr/share/systemd",
          "usr/sbin", "etc/update-motd.d", "etc/profile.d", "etc/skel", "etc/ca-certificates", "etc/debconf.conf",
          "usr/lib/*/gconv", "usr/lib/*/audit", "usr/lib/*/engines-3", "usr/lib/*/ossl-modules", "usr/lib/*/perl",
          "usr/lib/*/libconfig++*", "usr/bin", "etc/issue*", "etc/motd", "etc/dpkg", "etc/kernel", "etc/cron*",
          "var/*", "run/*", "usr/games", "usr/include", "usr/local", "usr/src", "home", "root", "srv", "media", "mnt", "boot", "opt")
PASSWD = f"root:x:0:0:root:/:/nologin\ncarteiro:x:{UID}:{UID}:carteiro:/:/nologin\n"
OPENED = ("libgcc_s.so.1",)  # by libc when a thread ends: linked by nobody
GROUP = f"root:x:0:\ncarteiro:x:{UID}:\n"


class Wrong(Exception):
    """Said in one line."""


def names():
    lines = (line.split("#")[0].strip() for line in (HERE / "packages").read_text().splitlines())
    return sorted(line for line in lines if line)


def fetch(packages, debs):
    """{name: path of the .deb}. What lies in `debs` already is held against apt's hash, and kept if it agrees."""
    debs.mkdir(parents=True, exist_ok=True)
    before = set(debs.glob("*.deb"))
    done = subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3",
                           "download", *packages], cwd=debs, capture_output=True, text=True)
    if done.returncode:
        raise Wrong(f"apt-get download: {done.stderr.strip()}")
    said = subprocess.run(["apt-cache", "policy", *packages], capture_output=True, text=True, check=True).stdout
    found = {}
    for name, version in re.findall(r"^(\S+?)(?::\w+)?:\n(?:  .*\n)*?  Candidate: (\S+)", said, re.M):
        found[name] = next(debs.glob(f"{name}_{version.replace(':', '%3a')}_*.deb"), None)
    missing = [name for name in packages if not found.get(name)]
    if missing:
        raise Wrong(f"not fetched: {' '.join(missing)}")
    print(f"{len(packages)} packages, {len(set(found.values()) - before)} of them fetched anew")
    return {name: found[name] for name in packages}


def extract(deb, root):
    archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-p", "--keep-directory-symlink", "-C", root], stdin=archive.stdout, check=True)
    if archive.wait():
        raise Wrong(f"{deb.name} cannot be read")


def lay_out(root):
    """An empty root of the merged /usr."""
    for folder in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc/carteiro/secrets", "proc", "sys", "dev", "run"):
        (root / folder).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")


def prune(root):
    for pattern in UNUSED:
        for path in root.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in (root / "usr/share/doc").glob("*/*"):
        if path.name != "copyright":  # the licences stay
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name in ("bin", "sbin"):
        (root / name).unlink()
    (root / "usr/bin").mkdir()
    (root / "bin").symlink_to("usr/bin")


def write_etc(root):
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(GROUP)
    (root / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    # what update-ca-certificates would have made
    certificates = sorted((root / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    if len(certificates) < 50:
        raise Wrong(f"only {len(certificates)} certificates in ca-certificates")
    bundle = root / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text("".join(path.read_text().rstrip("\n") + "\n" for path in certificates))
    shutil.rmtree(root / "usr/share/ca-certificates")
    tmp = root / "tmp"
    tmp.mkdir(exist_ok=True)
    tmp.chmod(0o1777)


def put_programs(programs, root):
    """All that is in a bin folder below `programs`; names."""
    found = sorted(path for path in programs.rglob("bin/carteiro*") if path.is_file())
    if not found:
        raise Wrong(f"no program below {programs}")
    for path in found:
        shutil.copy(path, root / "usr/bin" / path.name)
        (root / "usr/bin" / path.name).chmod(0o755)
    return [path.name for path in found]


def needed(path):
    said = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", said)


def libraries(root, programs):
    """The real path of each library that a program needs, directly or not."""
    waiting, seen = [(name, needed(root / "usr/bin" / name)) for name in programs] + [("libc", OPENED)], set()
    while waiting:
        whose, names_needed = waiting.pop()
        for name in names_needed:
            found = next((root / folder / name for folder in LIBRARY_FOLDERS if (root / folder / name).exists()), None)
            if not found:
                raise Wrong(f"{whose} needs {name}, which is in none of the packages")
            if found.resolve() not in seen:
                seen.add(found.resolve())
                waiting.append((name, needed(found.resolve())))
    return seen


def unneeded(root, packages, used):
    """Library packages none of whose files is used."""
    idle = []
    for name, deb in packages.items():
        listed = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE, check=True).stdout
        files = subprocess.run(["tar", "-t"], input=listed, stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
        paths = {(root / file.lstrip("./")).resolve() for file in files if ".so" in file}
        if paths and not paths & used:
            idle.append(name)
    return idle


def drop_unused_libraries(root, used):
    """Other libraries of the same packages (libpq's neighbours, ++ variants): nobody loads them."""
    for folder in LIBRARY_FOLDERS:
        for path in (root / folder).glob("*.so*"):
            if path.resolve() not in used and not re.match(r"ld-linux|libnss_|libresolv", path.name):
                path.unlink()


def field(deb, name):
    return subprocess.run(["dpkg-deb", "-f", deb, name], capture_output=True, text=True, check=True).stdout.strip()


def write_records(root, packages, programs, version):
    """What is in it: SBOM (CycloneDX), a plain list, and each package's record where scanners look."""
    records = root / "var/lib/dpkg/status.d"
    records.mkdir(parents=True)
    components, lines = [], []
    for name, deb in packages.items():
        control = subprocess.run(["dpkg-deb", "-f", deb], capture_output=True, text=True, check=True).stdout
        (records / name).write_text(control)
        number, arch = field(deb, "Version"), field(deb, "Architecture")
        lines.append(f"{name} {number} {arch}\n")
        components.append({
            "type": "library", "name": name, "version": number,
            "bom-ref": f"{name}@{number}", "supplier": {"name": "Debian"},
            "purl": f"pkg:deb/debian/{name}@{number.replace('+', '%2B').replace(':', '%3A')}?arch={arch}&distro=debian-12",
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(deb.read_bytes()).hexdigest()}]})
    for name in programs:
        components.append({
            "type": "application", "name": name, "version": version, "bom-ref": f"{name}@{version}",
            "hashes": [{"alg": "SHA-256",
                        "content": hashlib.sha256((root / "usr/bin" / name).read_bytes()).hexdigest()}]})
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
           "metadata": {"component": {"type": "container", "name": "carteiro", "version": version}},
           "components": components}
    ours = root / "usr/share/carteiro"
    ours.mkdir(parents=True)
    (ours / "packages.txt").write_text("".join(lines))
    (ours / "sbom.cdx.json").write_text(json.dumps(bom, indent=1) + "\n")


def size_bytes(root):
    return sum(path.lstat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def assemble(programs_dir, root, debs):
    if root.exists():
        raise Wrong(f"{root} is there already")
    root.mkdir(parents=True)
    root.chmod(0o755)
    lay_out(root)
    packages = fetch(names(), debs)
    for deb in packages.values():
        extract(deb, root)
    prune(root)
    write_etc(root)
    programs = put_programs(programs_dir, root)
    used = libraries(root, programs)
    idle = unneeded(root, packages, used)
    if idle:
        raise Wrong(f"no program needs {', '.join(idle)}: take it out of {HERE / 'packages'}")
    drop_unused_libraries(root, used)
    version = (HERE.parents[1] / "meson.build").read_text().split("version: '")[1].split("'")[0]
    write_records(root, packages, programs, version)
    print(f"{root}: {size_bytes(root) / 1048576:.1f} MiB, {len(packages)} packages, programs: {' '.join(programs)}")


def main():
    parser = argparse.ArgumentParser(description="The image's root file system.")
    parser.add_argument("programs", type=Path, help="what meson install --destdir filled")
    parser.add_argument("root", type=Path, help="made; must not be there")
    parser.add_argument("--debs", type=Path, default=Path("/var/cache/carteiro-debs"), help="packages are kept here")
    options = parser.parse_args()
    os.umask(0o022)
    try:
        assemble(options.programs.resolve(), options.root.resolve(), options.debs.resolve())
    except (Wrong, subprocess.CalledProcessError) as error:
        print(f"assemble.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
