/*
 * loop_scene.h - what the tests of loop.h share: a loop, its parts, and a trace of calls.
 */
#ifndef LOOP_SCENE_H
#define LOOP_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"
#include "mem.h"

#define TIMERS 600 /* more than the loop has room for at its start */

/* One test's objects; the callbacks get it and write down what they saw. */
struct scene {
    struct loop *loop;
    struct loop_timer
        deadline; /* a test that waits for nothing fails instead of hanging */
    struct loop_timer timers[TIMERS];
    struct loop_hook hooks[3];
    struct loop_watch *watches[2];
    int fds[2];
    int calls;
    unsigned events;
    char trace[64];
};

static inline void
note(struct scene *scene, char c)
{
    size_t used = strlen(scene->trace);

    assert_true(used + 1 < sizeof scene->trace);
    scene->trace[used] = c;
    scene->calls++;
}

static inline void
too_late(void *ctx)
{
    (void)ctx;
    fail_msg("what the test waits for never came");
}

static inline int
scene_open(void **state)
{
    struct scene *scene = mem_new(struct scene);

    assert_non_null(scene);
    scene->loop = loop_new();
    assert_non_null(scene->loop);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, scene->fds), 0);
    loop_timer_init(&scene->deadline, scene->loop, too_late, scene);
    loop_timer_in(&scene->deadline, 20000);
    *state = scene;
    return 0;
}

static inline int
scene_close(void **state)
{
    struct scene *scene = (struct scene *)*state;

    loop_watch_free(scene->watches[0]);
    loop_watch_free(scene->watches[1]);
    loop_free(scene->loop);
    (void)close(scene->fds[0]);
    (void)close(scene->fds[1]);
    mem_free(scene);
    assert_int_equal(mem_live(), 0);
    return 0;
}

static inline void
stop(void *ctx)
{
    loop_stop(((struct scene *)ctx)->loop);
}

static inline void
note_a(void *ctx)
{
    note((struct scene *)ctx, 'a');
}

static inline void
note_b(void *ctx)
{
    note((struct scene *)ctx, 'b');
}

static inline void
run_for(struct scene *scene, int64_t ms)
{
    struct loop_timer end;

    loop_timer_init(&end, scene->loop, stop, scene);
    loop_timer_in(&end, ms);
    loop_run(scene->loop);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_open, scene_close)

#endif
