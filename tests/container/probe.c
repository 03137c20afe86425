/*
 * probe.c - what a process in the container can do beyond its work; each line of the
 * answer is one attempt and how it ended. Static, so that it needs nothing of the image.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
tell(const char *what, long result)
{
    printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "done");
}

static void
tell_write(const char *what, const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    tell(what, fd < 0 ? -1 : write(fd, "x", 1));
}

/* A masked file is /dev/null to whoever opens it: open works, nothing is read. */
static void
tell_read(const char *what, const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? -1 : read(fd, &byte, 1);

    if (got == 0)
        printf("%s empty\n", what);
    else
        tell(what, got);
}

int
main(void)
{
    printf("uid %d\ngid %d\n", (int)getuid(), (int)getgid());
    printf("no_new_privs %d\nseccomp %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
        prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
    tell_write("write_root", "/x");
    tell_write("write_programs", "/usr/bin/carteiro");
    tell_write("write_config", "/etc/carteiro/carteiro.cfg");
    tell_write("write_sysctl", "/proc/sys/kernel/hostname");
    tell_read("read_kcore", "/proc/kcore");
    tell_read("read_timers", "/proc/timer_list");
    tell("setuid", setuid(0));
    tell("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
    tell("unshare", unshare(CLONE_NEWUSER));
    tell("bpf", syscall(SYS_bpf, 0, NULL, 0));
    tell("keyctl", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
    tell("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    return 0;
}
