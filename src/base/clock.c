/*
 * The stopwatch is the kernel's boot clock; the dice are splitmix64, seeded once from the
 * kernel, so that two workers started in the same millisecond do not draw alike.
 */
#include "clock.h"

#include <assert.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

int64_t
clock_now_us(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_BOOTTIME, &now);

    assert(!failed);
    (void)failed;
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

static uint64_t
next_random(void)
{
    static uint64_t state;
    uint64_t mixed;

    /* Early in boot the kernel may have nothing yet: time and pid must do then. */
    if (!state && getrandom(&state, sizeof state, GRND_NONBLOCK) != sizeof state)
        state = (uint64_t)clock_now_us() ^ ((uint64_t)getpid() << 32);
    state += 0x9e3779b97f4a7c15u;
    mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

uint32_t
clock_random(uint32_t below)
{
    assert(below > 0);
    return (uint32_t)(((next_random() >> 32) * below) >> 32);
}

int64_t
clock_jitter_ms(int64_t ms)
{
    int64_t fifth = ms / 5;

    if (fifth <= 0)
        return ms;
    if (fifth > INT32_MAX / 2)
        fifth = INT32_MAX / 2;
    return ms - fifth + clock_random((uint32_t)(2 * fifth + 1));
}
