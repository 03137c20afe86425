/*
 * Signals arrive as reads of one signalfd, so a handler is an ordinary callback and may
 * do anything. They are blocked before the descriptor knows them: a signal in between
 * waits.
 */
#include "loop_internal.h"

#include <sys/signalfd.h>
#include <unistd.h>

static void
on_signals(void *ctx, unsigned events)
{
    struct loop *loop = (struct loop *)ctx;
    struct signalfd_siginfo info;

    (void)events;
    /* One a turn: the descriptor stays readable, and a handler may end everything. */
    if (read(loop->signal_fd, &info, sizeof info) != sizeof info)
        return;
    if (info.ssi_signo < NSIG && loop->handlers[info.ssi_signo].fn)
        loop->handlers[info.ssi_signo].fn(loop->handlers[info.ssi_signo].ctx);
}

static enum rc
open_signal_fd(struct loop *loop)
{
    int fd = signalfd(loop->signal_fd, &loop->signals, SFD_NONBLOCK | SFD_CLOEXEC);

    if (fd < 0)
        return RC_OOM;
    loop->signal_fd = fd;
    if (!loop->signal_watch)
        loop->signal_watch = loop_watch_new(loop, fd, LOOP_READ, on_signals, loop);
    return loop->signal_watch ? RC_OK : RC_OOM;
}

enum rc
loop_on_signal(struct loop *loop, int signo, loop_fn *fn, void *ctx)
{
    sigset_t one;

    if (signo <= 0 || signo >= NSIG || signo == SIGKILL || signo == SIGSTOP)
        return RC_REJECTED;
    (void)sigemptyset(&one); /* these fail on a bad signo only */
    if (sigaddset(&one, signo) || pthread_sigmask(SIG_BLOCK, &one, NULL))
        return RC_REJECTED;
    (void)sigaddset(&loop->signals, signo);
    loop->handlers[signo] = (struct signal_handler){fn, ctx};
    return open_signal_fd(loop);
}

void
loop_signals_done(struct loop *loop)
{
    loop_watch_free(loop->signal_watch);
    if (loop->signal_fd >= 0)
        (void)close(loop->signal_fd);
}
