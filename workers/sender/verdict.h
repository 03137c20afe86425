/*
 * verdict.h - from Meta's answer to what is recorded of the message, and who else waits.
 */
#ifndef VERDICT_H
#define VERDICT_H

struct flight;

/* flight->judgement is filled; JUDGED afterwards. `retry_after_s`: what the answer's
 * header asked for; negative: nothing. */
void verdict_apply(struct flight *flight, long retry_after_s);

#endif
