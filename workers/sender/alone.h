/*
 * alone.h - messages whose sender vanished twice while it held them, one at a time.
 */
#ifndef ALONE_H
#define ALONE_H

#include <stdbool.h>
#include <stdint.h>

struct sender;

enum alone_state {
    ALONE_IDLE,
    ALONE_WAITING, /* until nothing is in flight */
    ALONE_CLAIMING,
    ALONE_FLYING,
};

struct alone {
    enum alone_state state;
    int64_t since_ms;
    int64_t next_at_ms;
};

/* At the end of a turn; true: no other claim may begin. */
bool alone_turn(struct sender *sender);

#endif
