/*
 * loop.h: the order of a turn, timers and hooks.
 */
#include "loop_scene.h"

#include "clock.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(timers_run_in_the_order_of_their_instants_and_never_early),
        SCENE(a_stopped_timer_stays_silent_and_a_moved_one_moves),
        SCENE(a_timer_that_arms_itself_for_now_lets_descriptors_through),
        SCENE(a_due_timer_stopped_by_another_is_not_called),
        SCENE(a_timer_may_free_itself),
        SCENE(timers_run_even_when_there_is_no_memory_for_the_heap),
        SCENE(hooks_run_each_turn_in_order_after_the_timers),
        SCENE(a_hook_may_remove_itself_and_the_next_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
