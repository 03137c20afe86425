"""The programs of the image under runc, restricted as Kubernetes' profile "restricted" asks and further.

Where runc cannot work (no right to cgroups or mounts), an engine of the same form runs them by chroot as
the same uid without capabilities: what then stays unchecked is said in SKIPPED and in the summary.
"""

import ctypes
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

from fleet import Fleet, Process, write_config

UID = 65532
MIB = 1048576
MANIFESTS = Path(__file__).resolve().parents[2] / "deploy/kubernetes/base"


def limit_mib(kind):
    """What the manifest gives it: of its limits, the memory."""
    found = re.findall(r"limits:\s+memory: (\d+)Mi", (MANIFESTS / f"{kind}.yaml").read_text())
    assert len(found) == 1, f"deploy/kubernetes/base/{kind}.yaml: one limit of memory expected, found {found}"
    return int(found[0])


LIMITS_MIB = {kind: limit_mib(kind) for kind in ("sender", "planner", "gateway", "migrar")}
# as Docker and containerd mask them by default
MASKED = ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
          "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi", "/sys/devices/virtual/powercap"]
READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
# what the engines' default seccomp profile refuses to a process without capabilities; ptrace, which newer
# kernels are trusted with, is refused here as well
REFUSED = """acct add_key bpf chroot clock_adjtime clock_settime create_module delete_module fanotify_init finit_module
    fsconfig fsmount fsopen fspick get_kernel_syms get_mempolicy init_module io_uring_enter io_uring_register
    io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind migrate_pages mount
    mount_setattr move_mount move_pages name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open
    pidfd_getfd pivot_root process_vm_readv process_vm_writev ptrace query_module quotactl quotactl_fd reboot
    request_key set_mempolicy set_mempolicy_home_node setdomainname sethostname setns settimeofday swapoff swapon
    _sysctl sysfs syslog umount2 unshare uselib userfaultfd ustat vhangup""".split()
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW*


def seccomp():
    """Everything this machine's headers name, less REFUSED; what they do not name fails too."""
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
    known = re.findall(r"#define __NR_(\w+) ", header)
    allowed = sorted(set(known) - set(REFUSED) - {"clone", "clone3", "personality"})
    assert len(allowed) > 250, "no system calls in the kernel's headers"
    return {
        "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": ["SCMP_ARCH_X86_64"],
        "syscalls": [
            {"names": allowed, "action": "SCMP_ACT_ALLOW"},
            {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
             "args": [{"index": 0, "value": NEW_NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]},
            # its arguments cannot be seen: glibc takes clone instead
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
            {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
             "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]},
        ]}


def oci_config(root, arguments, mounts=(), memory_mib=None, filter=None):
    """`mounts`: (path outside, path inside), read-only. The network is the machine's: the servers of a
    test listen on loopback."""
    made = [("/proc", "proc", ["nosuid", "noexec", "nodev"]),
            ("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=64k"]),
            ("/dev/shm", "tmpfs", ["nosuid", "noexec", "nodev", "mode=1777", "size=64k"]),
            ("/sys", "sysfs", ["nosuid", "noexec", "nodev", "ro"])]
    memory = {"memory": {"limit": memory_mib * MIB, "swap": memory_mib * MIB}} if memory_mib else {}
    files = min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])  # more may not be given
    nothing = {kind: [] for kind in ("bounding", "effective", "permitted", "inheritable", "ambient")}
    return {
        "ociVersion": "1.0.2", "hostname": "carteiro", "root": {"path": str(root), "readonly": True},
        "process": {"terminal": False, "user": {"uid": UID, "gid": UID}, "args": [str(word) for word in arguments],
                    "env": ["PATH=/usr/bin"], "cwd": "/", "capabilities": nothing, "noNewPrivileges": True,
                    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": files, "soft": files}]},
        "mounts": [{"destination": path, "type": kind, "source": kind, "options": options} for path, kind, options in made]
        + [{"destination": inside, "type": "bind", "source": str(outside), "options": ["rbind", "ro", "nosuid", "nodev"]}
           for outside, inside in mounts],
        "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")],
                  "resources": {"devices": [{"allow": False, "access": "rwm"}], **memory},
                  "maskedPaths": MASKED, "readonlyPaths": READ_ONLY, "seccomp": filter or seccomp()}}


class Runc:
    """Runs programs of `root`; `done` ends whatever is left."""

    name = "runc"

    def __init__(self, root, home, limits=True, filter=None):
        """`filter`: another seccomp profile than the engines' default one."""
        self.root, self.home, self.limits, self.filter, self.ids = Path(root), Path(home), limits, filter, []

    def command(self, arguments, mounts=(), memory_mib=None):
        """(argv, path of the file with the pid of the program itself)"""
        id = f"carteiro-{uuid.uuid4().hex[:12]}"
        bundle = self.home / id
        bundle.mkdir(parents=True)
        config = oci_config(self.root, arguments, mounts, memory_mib if self.limits else None, self.filter)
        (bundle / "config.json").write_text(json.dumps(config))
        self.ids.append(id)
        return ["runc", "run", "--bundle", str(bundle), "--pid-file", str(bundle / "pid"), id], bundle / "pid"

    def done(self):
        for id in self.ids:
            subprocess.run(["runc", "delete", "--force", id], capture_output=True)


class Chroot:
    """The same by chroot, in a copy of the root: uid, capabilities and no_new_privs, and no more."""

    name = "chroot"
    limits = False

    def __init__(self, root, home):
        self.home, self.copies = Path(home), 0
        self.root = Path(root)

    def command(self, arguments, mounts=(), memory_mib=None):
        self.copies += 1
        root = self.home / f"root-{self.copies}"
        subprocess.run(["cp", "-a", "--reflink=auto", str(self.root), str(root)], check=True)
        for outside, inside in mounts:
            place = root / inside.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            if Path(outside).is_dir():
                shutil.copytree(outside, place, dirs_exist_ok=True)
                for path in [place, *place.iterdir()]:
                    os.chown(path, UID, UID)
            else:
                shutil.copy(outside, place)
                place.chmod(0o755 if os.access(outside, os.X_OK) else 0o644)
        pid = root / "pid"
        return ["/usr/bin/python3", "-B", __file__, str(root), str(pid), *map(str, arguments)], pid

    def done(self):
        for path in self.home.glob("root-*"):
            shutil.rmtree(path, ignore_errors=True)


def enter(root, pid_file, arguments):
    """In place of this process: the program in its root. Order matters: each step needs the one before."""
    libc = ctypes.CDLL(None, use_errno=True)
    Path(pid_file).write_text(str(os.getpid()))
    os.chroot(root)
    os.chdir("/")
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
    os.setgroups([])
    os.setgid(UID)
    os.setuid(UID)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    os.execve(os.path.join("/usr/bin", arguments[0]), arguments, {"PATH": "/usr/bin"})


class ContainedProcess(Process):
    """A program of the fleet in the engine, its configuration and secrets mounted where it looks for them."""

    def __init__(self, fleet, kind, name, sections):
        self.kind, self.name = kind, name
        self.metrics_port = sections["metrics"]["port"]
        self.log_path = fleet.home / f"{name}.log"
        argv, self.pid_file = fleet.contained(f"carteiro-{kind}", sections, name, LIMITS_MIB[kind])
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    @property
    def pid(self):
        """Of the program itself, as this machine sees it."""
        return int(self.pid_file.read_text())

    def status(self):
        """/proc/PID/status as a dictionary."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}

    def peak_mib(self):
        return int(self.status()["VmHWM"].split()[0]) / 1024


class ContainedFleet(Fleet):
    """Fleet whose sender, planner, gateway and CLI are the image's; the simulator is the machine's."""

    def __init__(self, home, database, redis, engine):
        super().__init__(home, database, redis)
        self.engine = engine
        for name, text in (("db_password", database.server.password), ("redis_password", redis.password)):
            (self.secrets_dir / name).write_text(text + "\n")
        for path in [self.secrets_dir, *self.secrets_dir.iterdir()]:
            os.chown(path, 0, UID)  # as a Secret under fsGroup: root's, readable by the group
            path.chmod(0o750 if path.is_dir() else 0o440)

    def sections(self, role=None, changes=None):
        sections = super().sections(role, changes)
        if role:
            address = re.sub(r":[^:@/]*@", "@", self.database.url(role, tcp=True))
            sections["database"] = {"url": address, "password_file": "/etc/carteiro/secrets/db_password"}
        sections["redis"] = {"url": re.sub(r":[^:@/]*@", "@", self.redis.url()),
                             "password_file": "/etc/carteiro/secrets/redis_password"}
        return sections

    def contained(self, program, sections, name, memory_mib, arguments=()):
        inside = json.loads(json.dumps(sections).replace(str(self.secrets_dir), "/etc/carteiro/secrets"))
        config = self.home / f"{name}.cfg"
        write_config(config, inside)
        config.chmod(0o644)
        return self.engine.command(
            [program, *arguments], memory_mib=memory_mib,
            mounts=[(config, "/etc/carteiro/carteiro.cfg"), (self.secrets_dir, "/etc/carteiro/secrets")])

    def _start(self, kind, name, sections, wait):
        if kind == "simulator":  # on the machine: it owns files of the test
            sections["redis"] = {"url": self.redis.url()}
            return super()._start(kind, name, sections, wait)
        process = ContainedProcess(self, kind, name, sections)
        self.processes.append(process)
        return process.wait_ready() if wait else process

    def cli(self, *arguments, role="owner", check=True, stdin=None, config=None):
        argv, _ = self.contained("carteiro", self.sections(role, config), f"cli-{uuid.uuid4().hex[:8]}",
                                 LIMITS_MIB["migrar"], arguments)
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=300)
        if check:
            assert done.returncode == 0, f"{arguments} ended {done.returncode}:\n{done.stderr}"
        return done

if __name__ == "__main__":
    enter(sys.argv[1], sys.argv[2], sys.argv[3:])
