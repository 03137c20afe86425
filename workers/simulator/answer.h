/*
 * answer.h - from a decided outcome to the ledger's line and the answer, in this order.
 *
 *     begun --finish, no delay--> ENDING --end of turn: line, flush--> answered or reset
 *       +---- finish, delay ----> DELAYED --timer--> ENDING
 *       +---- finish, ENDING_HELD: line at once --> HELD --client gone, 10 min, end-->
 * reset
 *
 * The lines of a turn leave in one write before any of its answers does: what was
 * answered is in the ledger, also when this process is killed. When the ledger cannot be
 * written nothing is answered and the process ends.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdint.h>

#include "buf.h"
#include "list.h"
#include "loop.h"
#include "script.h"
#include "wamid.h"

struct answers;
struct httpd_request;
struct ledger;

enum ending {
    ENDING_ANSWER,
    ENDING_RESET, /* the connection is cut */
    ENDING_HELD,  /* never answered; cut when the client has gone */
};

/* One POST .../messages. The owner of `request` until the end. */
struct exchange {
    struct list node;
    struct answers *answers;
    struct httpd_request *request;
    struct loop_timer timer;
    int64_t give_up_at_ms; /* of a held one */
    struct buf line;       /* the ledger's line up to and with "key" */
    struct buf body;       /* of the answer */
    enum ending ending;
    int status; /* HTTP */
    int code;   /* Graph error; 0: none */
    char wamid[WAMID_BYTES];
    char fault[SCRIPT_NAME_BYTES]; /* "": none */
};

/* How exchanges ended, for GET /counts. */
struct answers_counts {
    long answered;
    long cut;
};

/* The ledger refused: nothing may go on. */
typedef void answers_broken_fn(void *ctx, int error);

struct answers *answers_new(struct loop *loop, struct ledger *ledger,
    answers_broken_fn *on_broken, void *ctx) MUST_USE;
void answers_free(struct answers *answers); /* cuts what is left; accepts NULL */

/* NULL when out of memory: the request is still the caller's. */
struct exchange *exchange_begin(
    struct answers *answers, struct httpd_request *request) MUST_USE;

/* Everything but `request` was filled in; it ends `delay_ms` from now. */
void exchange_finish(struct exchange *exchange, int64_t delay_ms);

/* Cuts what is held, now. */
void answers_release(struct answers *answers);

/* Exchanges begun and not ended. */
int answers_pending(const struct answers *answers);
const struct answers_counts *answers_counted(const struct answers *answers);
void answers_forget_counts(struct answers *answers);

#endif
