/*
 * test_redis_server.h - a private redis-server on a unix socket in a folder of its own,
 * and a plain way to tell it things.
 */
#ifndef TEST_REDIS_SERVER_H
#define TEST_REDIS_SERVER_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct redis_server {
    char dir[64], path[80], url[96];
    char port[8]; /* on the loopback, too */
    pid_t pid;
};

static inline int
server_dial(const struct redis_server *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", server->path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Sends one inline command; the first bytes of its answer, in static memory. */
static inline const char *
server_tell(const struct redis_server *server, const char *command)
{
    static char answer[4096];
    int fd = server_dial(server);
    ssize_t n = -1;

    answer[0] = '\0';
    if (fd < 0)
        return answer;
    if (dprintf(fd, "%s\r\n", command) > 0)
        n = read(fd, answer, sizeof answer - 1);
    answer[n > 0 ? n : 0] = '\0';
    close(fd);
    return answer;
}

static inline void
server_wait_until_it_answers(const struct redis_server *server)
{
    for (int i = 0; i < 5000; i++) {
        if (strncmp(server_tell(server, "PING"), "+PONG", 5) == 0)
            return;
        poll(NULL, 0, 2);
    }
    fail_msg("redis-server does not answer");
}

/* Debian's redis-tools holds the server's program too, under another name. */
static inline void
server_exec(const struct redis_server *server)
{
    static const char *const programs[] = {"redis-server", "redis-check-rdb"};

    for (int i = 0; i < 2; i++)
        execlp(programs[i], "redis-server", "--port", server->port, "--bind", "127.0.0.1",
            "--unixsocket", server->path, "--dir", server->dir, "--save", "",
            "--appendonly", "no", (char *)NULL);
    _exit(127);
}

static inline void
server_start(struct redis_server *server)
{
    server->pid = fork();
    if (server->pid == 0) {
        int null = open("/dev/null", O_RDWR);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(null, 1);
        dup2(null, 2);
        server_exec(server);
    }
    server_wait_until_it_answers(server);
}

static inline void
server_stop(struct redis_server *server)
{
    if (server->pid <= 0)
        return;
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
    unlink(server->path);
}

static inline void
choose_port(struct redis_server *server)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t bytes = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    snprintf(server->port, sizeof server->port, "%d", ntohs(address.sin_port));
    close(fd);
}

static inline void
server_init(struct redis_server *server)
{
    memset(server, 0, sizeof *server);
    snprintf(server->dir, sizeof server->dir, "/tmp/carteiro-redis-XXXXXX");
    assert_non_null(mkdtemp(server->dir));
    snprintf(server->path, sizeof server->path, "%s/s", server->dir);
    snprintf(server->url, sizeof server->url, "unix://%s", server->path);
    choose_port(server);
    server_start(server);
}

static inline void
server_done(struct redis_server *server)
{
    server_stop(server);
    rmdir(server->dir);
}

#endif
