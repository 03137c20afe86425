/*
 * loop.h: the loop itself, watches that go while events point at them, signals.
 */
#include "loop_scene.h"

#include <signal.h>
#include <stdio.h>

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
    FILE *file = tmpfile();

    assert_non_null(file);
    mem_fail_at(0);
    assert_null(loop_watch_new(scene->loop, scene->fds[0], LOOP_READ, NULL, NULL));
    mem_fail_at(-1);
    assert_null(loop_watch_new(scene->loop, fileno(file), LOOP_READ, NULL, NULL));
    (void)fclose(file);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_loop_survives_every_failed_allocation),
        SCENE(a_loop_stopped_before_it_runs_does_not_run),
        cmocka_unit_test(owners_may_free_their_parts_after_the_loop),
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
