/*
 * loop.h: turns, timers, watches that go while events point at them, signals.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
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

static void
note(struct scene *scene, char c)
{
    size_t used = strlen(scene->trace);

    assert_true(used + 1 < sizeof scene->trace);
    scene->trace[used] = c;
    scene->calls++;
}

static void
too_late(void *ctx)
{
    (void)ctx;
    fail_msg("what the test waits for never came");
}

static int
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

static int
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

static void
stop(void *ctx)
{
    loop_stop(((struct scene *)ctx)->loop);
}

static void
note_a(void *ctx)
{
    note((struct scene *)ctx, 'a');
}

static void
note_b(void *ctx)
{
    note((struct scene *)ctx, 'b');
}

static void
run_for(struct scene *scene, int64_t ms)
{
    struct loop_timer end;

    loop_timer_init(&end, scene->loop, stop, scene);
    loop_timer_in(&end, ms);
    loop_run(scene->loop);
}

/* --- making and ending -----------------------------------------------------------------
 */

static void
a_new_loop_survives_every_failed_allocation(void **state)
{
    struct loop *loop = NULL;

    (void)state;
    for (int nth = 0; !loop; nth++) {
        mem_fail_at(nth);
        loop = loop_new();
        mem_fail_at(-1);
        if (!loop)
            assert_int_equal(mem_live(), 0);
    }
    loop_free(loop);
    loop_free(NULL);
    assert_int_equal(mem_live(), 0);
}

static void
a_loop_stopped_before_it_runs_does_not_run(void **state)
{
    struct scene *scene = (struct scene *)*state;

    loop_timer_init(&scene->timers[0], scene->loop, note_a, scene);
    loop_timer_in(&scene->timers[0], 0);
    loop_stop(scene->loop);
    loop_run(scene->loop);
    assert_int_equal(scene->calls, 0);
    run_for(scene, 0);
    assert_int_equal(scene->calls, 1);
}

static void
owners_may_free_their_parts_after_the_loop(void **state)
{
    struct loop *loop = loop_new();
    struct loop_watch *watch;
    struct loop_timer timer;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    watch = loop_watch_new(loop, ends[0], LOOP_READ, NULL, NULL);
    assert_non_null(watch);
    loop_timer_init(&timer, loop, NULL, NULL);
    loop_timer_in(&timer, 5);
    loop_free(loop);
    assert_false(loop_timer_is_armed(&timer));
    loop_timer_stop(&timer);
    loop_watch_set(watch, LOOP_READ | LOOP_WRITE);
    loop_watch_free(watch);
    (void)close(ends[0]);
    (void)close(ends[1]);
    assert_int_equal(mem_live(), 0);
}

/* --- timers ----------------------------------------------------------------------------
 */

static void
timers_run_in_the_order_of_their_instants_and_never_early(void **state)
{
    struct scene *scene = (struct scene *)*state;
    int64_t start_ms = clock_now_ms();

    loop_timer_init(&scene->timers[0], scene->loop, note_b, scene);
    loop_timer_init(&scene->timers[1], scene->loop, note_a, scene);
    loop_timer_init(&scene->timers[2], scene->loop, stop, scene);
    loop_timer_in(&scene->timers[2], 30);
    loop_timer_in(&scene->timers[0], 20);
    loop_timer_in(&scene->timers[1], 10);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "ab");
    assert_true(clock_now_ms() - start_ms >= 30);
    assert_false(loop_timer_is_armed(&scene->timers[0]));
}

static void
a_stopped_timer_stays_silent_and_a_moved_one_moves(void **state)
{
    struct scene *scene = (struct scene *)*state;

    loop_timer_init(&scene->timers[0], scene->loop, note_a, scene);
    loop_timer_init(&scene->timers[1], scene->loop, note_b, scene);
    loop_timer_in(&scene->timers[0], 0);
    loop_timer_in(&scene->timers[1], 60000);
    loop_timer_stop(&scene->timers[0]);
    loop_timer_stop(&scene->timers[0]);
    loop_timer_in(&scene->timers[1], 0);
    run_for(scene, 5);
    assert_string_equal(scene->trace, "b");
}

static void
rearm_now(void *ctx)
{
    struct scene *scene = (struct scene *)ctx;

    note(scene, 'r');
    if (scene->calls == 5)
        loop_stop(scene->loop);
    loop_timer_in(&scene->timers[0], 0);
}

static void
on_readable_byte(void *ctx, unsigned events)
{
    struct scene *scene = (struct scene *)ctx;
    char byte;

    (void)events;
    assert_int_equal(read(scene->fds[0], &byte, 1), 1);
    note(scene, 'f');
}

static void
a_timer_that_arms_itself_for_now_lets_descriptors_through(void **state)
{
    struct scene *scene = (struct scene *)*state;

    scene->watches[0] =
        loop_watch_new(scene->loop, scene->fds[0], LOOP_READ, on_readable_byte, scene);
    assert_int_equal(write(scene->fds[1], "x", 1), 1);
    loop_timer_init(&scene->timers[0], scene->loop, rearm_now, scene);
    loop_timer_in(&scene->timers[0], 0);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "rfrrr");
}

static void
stop_the_other(void *ctx)
{
    struct scene *scene = (struct scene *)ctx;

    note(scene, 's');
    loop_timer_stop(&scene->timers[0]);
    loop_timer_stop(&scene->timers[1]);
}

static void
a_due_timer_stopped_by_another_is_not_called(void **state)
{
    struct scene *scene = (struct scene *)*state;

    for (int i = 0; i < 2; i++) {
        loop_timer_init(&scene->timers[i], scene->loop, stop_the_other, scene);
        loop_timer_in(&scene->timers[i], 0);
    }
    run_for(scene, 5);
    assert_string_equal(scene->trace, "s");
}

static void
free_own_memory(void *ctx)
{
    struct loop_timer *timer = (struct loop_timer *)ctx;

    loop_stop(timer->loop);
    mem_free(timer);
}

static void
a_timer_may_free_itself(void **state)
{
    struct scene *scene = (struct scene *)*state;
    struct loop_timer *timer = mem_new(struct loop_timer);

    assert_non_null(timer);
    loop_timer_init(timer, scene->loop, free_own_memory, timer);
    loop_timer_in(timer, 0);
    loop_run(scene->loop);
}

static void
count(void *ctx)
{
    ((struct scene *)ctx)->calls++;
}

static void
timers_run_even_when_there_is_no_memory_for_the_heap(void **state)
{
    struct scene *scene = (struct scene *)*state;

    for (int i = 0; i < TIMERS; i++) {
        loop_timer_init(&scene->timers[i], scene->loop, count, scene);
        mem_fail_at(0);
        loop_timer_in(&scene->timers[i], i % 7);
        mem_fail_at(-1);
        assert_true(loop_timer_is_armed(&scene->timers[i]));
    }
    loop_timer_stop(&scene->timers[0]);
    loop_timer_stop(&scene->timers[TIMERS - 1]);
    loop_timer_in(&scene->timers[TIMERS - 2], 3);
    run_for(scene, 10);
    assert_int_equal(scene->calls, TIMERS - 2);
}

/* --- hooks -----------------------------------------------------------------------------
 */

static void
remove_the_next(void *ctx)
{
    struct scene *scene = (struct scene *)ctx;

    note(scene, 'x');
    loop_before_sleep_remove(scene->loop, &scene->hooks[0]);
    loop_before_sleep_remove(scene->loop, &scene->hooks[1]);
}

static void
hooks_run_each_turn_in_order_after_the_timers(void **state)
{
    struct scene *scene = (struct scene *)*state;

    scene->hooks[0] = (struct loop_hook){.fn = note_a, .ctx = scene};
    scene->hooks[1] = (struct loop_hook){.fn = note_b, .ctx = scene};
    scene->hooks[2] = (struct loop_hook){.fn = stop, .ctx = scene};
    for (int i = 0; i < 3; i++)
        loop_before_sleep(scene->loop, &scene->hooks[i]);
    loop_timer_init(&scene->timers[0], scene->loop, rearm_now, scene);
    loop_timer_in(&scene->timers[0], 0);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "rab");
}

static void
a_hook_may_remove_itself_and_the_next_one(void **state)
{
    struct scene *scene = (struct scene *)*state;

    scene->hooks[0] = (struct loop_hook){.fn = remove_the_next, .ctx = scene};
    scene->hooks[1] = (struct loop_hook){.fn = note_b, .ctx = scene};
    scene->hooks[2] = (struct loop_hook){.fn = note_a, .ctx = scene};
    for (int i = 0; i < 3; i++)
        loop_before_sleep(scene->loop, &scene->hooks[i]);
    loop_stop(scene->loop);
    loop_run(scene->loop); /* stopped: no turn, no hook */
    assert_string_equal(scene->trace, "");
    loop_timer_init(&scene->timers[0], scene->loop, stop, scene);
    loop_timer_in(&scene->timers[0], 0);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "xa");
}

/* --- watches ---------------------------------------------------------------------------
 */

static void
note_events(void *ctx, unsigned events)
{
    struct scene *scene = (struct scene *)ctx;

    scene->events = events;
    loop_stop(scene->loop);
}

static void
a_watch_hears_what_it_asked_for(void **state)
{
    struct scene *scene = (struct scene *)*state;

    scene->watches[0] = loop_watch_new(
        scene->loop, scene->fds[0], LOOP_READ | LOOP_WRITE, note_events, scene);
    loop_run(scene->loop);
    assert_int_equal(scene->events, LOOP_WRITE);
    assert_int_equal(write(scene->fds[1], "x", 1), 1);
    loop_run(scene->loop);
    assert_int_equal(scene->events, LOOP_READ | LOOP_WRITE);
    loop_watch_set(scene->watches[0], LOOP_READ);
    loop_run(scene->loop);
    assert_int_equal(scene->events, LOOP_READ);
}

static void
a_hang_up_arrives_as_both(void **state)
{
    struct scene *scene = (struct scene *)*state;

    scene->watches[0] =
        loop_watch_new(scene->loop, scene->fds[0], LOOP_READ, note_events, scene);
    (void)close(scene->fds[1]);
    loop_run(scene->loop);
    assert_int_equal(scene->events, LOOP_READ | LOOP_WRITE);
    scene->fds[1] = dup(STDERR_FILENO);
}

static void
a_watch_for_nothing_hears_nothing_not_even_a_hang_up(void **state)
{
    struct scene *scene = (struct scene *)*state;

    scene->watches[0] =
        loop_watch_new(scene->loop, scene->fds[0], LOOP_READ, note_events, scene);
    loop_watch_set(scene->watches[0], 0);
    assert_int_equal(shutdown(scene->fds[1], SHUT_RDWR), 0);
    run_for(scene, 5);
    assert_int_equal(scene->events, 0);
    loop_watch_set(scene->watches[0], LOOP_READ);
    loop_run(scene->loop);
    assert_int_equal(scene->events, LOOP_READ | LOOP_WRITE);
}

static void
free_both_watches(void *ctx, unsigned events)
{
    struct scene *scene = (struct scene *)ctx;

    (void)events;
    note(scene, 'w');
    for (int i = 0; i < 2; i++) {
        loop_watch_free(scene->watches[i]);
        scene->watches[i] = NULL;
    }
    loop_stop(scene->loop);
}

/* Both are ready in one turn: whichever comes first frees the other, and itself. */
static void
a_watch_freed_by_another_in_the_same_turn_is_not_called(void **state)
{
    struct scene *scene = (struct scene *)*state;

    for (int i = 0; i < 2; i++)
        scene->watches[i] = loop_watch_new(
            scene->loop, scene->fds[i], LOOP_WRITE, free_both_watches, scene);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "w");
}

static void
silence_the_other(void *ctx, unsigned events)
{
    struct scene *scene = (struct scene *)ctx;

    (void)events;
    note(scene, 'w');
    loop_watch_set(scene->watches[0], 0);
    loop_watch_set(scene->watches[1], 0);
}

static void
a_watch_silenced_by_another_in_the_same_turn_is_not_called(void **state)
{
    struct scene *scene = (struct scene *)*state;

    for (int i = 0; i < 2; i++)
        scene->watches[i] = loop_watch_new(
            scene->loop, scene->fds[i], LOOP_WRITE, silence_the_other, scene);
    run_for(scene, 5);
    assert_string_equal(scene->trace, "w");
}

static void
a_number_used_again_for_another_file_is_watched_again(void **state)
{
    struct scene *scene = (struct scene *)*state;
    int fd = scene->fds[0];

    scene->watches[0] = loop_watch_new(scene->loop, fd, LOOP_READ, note_events, scene);
    assert_int_equal(dup2(scene->fds[1], fd), fd); /* the kernel forgets the old file */
    loop_watch_set(scene->watches[0], LOOP_WRITE);
    loop_run(scene->loop);
    assert_true(scene->events & LOOP_WRITE);
}

static void
no_watch_without_memory_or_on_a_file_that_is_always_ready(void **state)
{
    struct scene *scene = (struct scene *)*state;
    int epoll_cannot = fileno(tmpfile());

    mem_fail_at(0);
    assert_null(loop_watch_new(scene->loop, scene->fds[0], LOOP_READ, NULL, NULL));
    mem_fail_at(-1);
    assert_null(loop_watch_new(scene->loop, epoll_cannot, LOOP_READ, NULL, NULL));
}

/* --- signals ---------------------------------------------------------------------------
 */

static void
stop_on_signal(void *ctx)
{
    note((struct scene *)ctx, '!');
    stop(ctx);
}

static void
a_signal_runs_its_callback_from_the_loop(void **state)
{
    struct scene *scene = (struct scene *)*state;

    assert_int_equal(loop_on_signal(scene->loop, SIGUSR1, note_a, scene), RC_OK);
    assert_int_equal(loop_on_signal(scene->loop, SIGUSR2, stop_on_signal, scene), RC_OK);
    assert_int_equal(raise(SIGUSR1), 0);
    assert_string_equal(scene->trace, "");
    assert_int_equal(raise(SIGUSR2), 0);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "a!");
}

static void
a_second_callback_for_a_signal_replaces_the_first(void **state)
{
    struct scene *scene = (struct scene *)*state;

    assert_int_equal(loop_on_signal(scene->loop, SIGUSR1, note_a, scene), RC_OK);
    assert_int_equal(loop_on_signal(scene->loop, SIGUSR1, stop_on_signal, scene), RC_OK);
    assert_int_equal(raise(SIGUSR1), 0);
    loop_run(scene->loop);
    assert_string_equal(scene->trace, "!");
}

static void
what_cannot_be_caught_is_rejected(void **state)
{
    struct scene *scene = (struct scene *)*state;

    assert_int_equal(loop_on_signal(scene->loop, SIGKILL, stop, scene), RC_REJECTED);
    assert_int_equal(loop_on_signal(scene->loop, 0, stop, scene), RC_REJECTED);
    assert_int_equal(loop_on_signal(scene->loop, 9999, stop, scene), RC_REJECTED);
    mem_fail_at(0);
    assert_int_equal(loop_on_signal(scene->loop, SIGUSR1, stop, scene), RC_OOM);
    mem_fail_at(-1);
}

static void
writing_to_a_peer_that_is_gone_does_not_end_the_process(void **state)
{
    struct scene *scene = (struct scene *)*state;

    assert_int_equal(shutdown(scene->fds[1], SHUT_RDWR), 0);
    assert_int_equal(write(scene->fds[0], "x", 1), -1);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_open, scene_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_loop_survives_every_failed_allocation),
        SCENE(a_loop_stopped_before_it_runs_does_not_run),
        cmocka_unit_test(owners_may_free_their_parts_after_the_loop),
        SCENE(timers_run_in_the_order_of_their_instants_and_never_early),
        SCENE(a_stopped_timer_stays_silent_and_a_moved_one_moves),
        SCENE(a_timer_that_arms_itself_for_now_lets_descriptors_through),
        SCENE(a_due_timer_stopped_by_another_is_not_called),
        SCENE(a_timer_may_free_itself),
        SCENE(timers_run_even_when_there_is_no_memory_for_the_heap),
        SCENE(hooks_run_each_turn_in_order_after_the_timers),
        SCENE(a_hook_may_remove_itself_and_the_next_one),
        SCENE(a_watch_hears_what_it_asked_for),
        SCENE(a_hang_up_arrives_as_both),
        SCENE(a_watch_for_nothing_hears_nothing_not_even_a_hang_up),
        SCENE(a_watch_freed_by_another_in_the_same_turn_is_not_called),
        SCENE(a_watch_silenced_by_another_in_the_same_turn_is_not_called),
        SCENE(a_number_used_again_for_another_file_is_watched_again),
        SCENE(no_watch_without_memory_or_on_a_file_that_is_always_ready),
        SCENE(a_signal_runs_its_callback_from_the_loop),
        SCENE(a_second_callback_for_a_signal_replaces_the_first),
        SCENE(what_cannot_be_caught_is_rejected),
        SCENE(writing_to_a_peer_that_is_gone_does_not_end_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
