/*
 * control.h - our own port: scripts faults, lets people write, makes numbers, counts.
 */
#ifndef CONTROL_H
#define CONTROL_H

struct httpd_request;

/* httpd's handler; `ctx` is the sim. */
void control_handle(void *ctx, struct httpd_request *request);

#endif
