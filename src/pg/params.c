/*
 * Connection parameters: what the url says, completed with what a long-lived connection
 * needs (keepalives, a deadline for unacknowledged bytes, UTF8, a server-side deadline
 * for statements, so that a request given up here does not go on holding its locks
 * there). The password comes from its file, read each time: a rotated one is found by
 * itself.
 */
#include "pg_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

#define PASSWORD_BYTES 1024
#define CLIENT_CHECK_MS 500

const char *
pg_params_get(const struct pg_params *params, const char *key)
{
    for (int i = 0; i < params->n; i++)
        if (strcmp(params->keys[i], key) == 0)
            return params->values[i];
    return NULL;
}

void
pg_params_set(struct pg_params *params, const char *key, const char *value)
{
    int i = 0;

    while (i < params->n && strcmp(params->keys[i], key) != 0)
        i++;
    assert(i < (int)(sizeof(params->keys) / sizeof(*params->keys)) - 1);
    params->keys[i] = key;
    params->values[i] = value;
    if (i == params->n)
        params->n++;
}

static void
set_default(struct pg_params *params, const char *key, const char *value)
{
    if (!pg_params_get(params, key))
        pg_params_set(params, key, value);
}

/* The first line of the file. */
static enum rc
read_password(struct pg_params *params, const char *path, struct fault *fault)
{
    char line[PASSWORD_BYTES] = "";
    FILE *file = fopen(path, "re");
    enum rc rc = RC_OOM;

    if (!file || !fgets(line, sizeof(line), file)) {
        fault_set(fault, "pg", "password", "cannot read database.password_file: %s",
            file ? "it is empty" : strerror(errno));
        rc = RC_REJECTED;
    } else {
        params->password = mem_strndup(line, strcspn(line, "\r\n"));
        if (params->password)
            rc = RC_OK;
    }
    if (file)
        (void)fclose(file); /* it was only read */
    explicit_bzero(line, sizeof(line));
    return rc;
}

/*
 * The server gives a statement up a little before we do: its own error says that there
 * was no effect, a connection broken by us could not. It looks twice a second whether we
 * are still there: a claim of a killed process does not go on holding its rows. A pooler
 * refuses `options`; there deploy/roles.sql gives both to the role.
 */
static enum rc
add_options(struct pg_params *params, const struct pg_opts *opts)
{
    const char *own = pg_params_get(params, "options");
    int limit_ms = opts->statement_ms - opts->statement_ms / 10;
    size_t bytes = (own ? strlen(own) : 0) + 128;

    if (opts->is_pooled || opts->statement_ms <= 0)
        return RC_OK;
    params->options = (char *)mem_alloc(bytes, 1);
    if (!params->options)
        return RC_OOM;
    (void)snprintf(params->options, bytes,
        "%s -c statement_timeout=%d -c client_connection_check_interval=%d",
        own ? own : "", limit_ms, CLIENT_CHECK_MS); /* `bytes` is enough */
    pg_params_set(params, "options", params->options);
    return RC_OK;
}

static enum rc
complete(struct pg_params *params, const struct pg_opts *opts, struct fault *fault)
{
    enum rc rc = RC_OK;

    if (opts->password_file) {
        rc = read_password(params, opts->password_file, fault);
        if (rc != RC_OK)
            return rc;
        pg_params_set(params, "password", params->password);
    }
    if (opts->application_name)
        pg_params_set(params, "application_name", opts->application_name);
    pg_params_set(params, "client_encoding", "UTF8");
    set_default(params, "keepalives_idle", "10");
    set_default(params, "keepalives_interval", "5");
    set_default(params, "keepalives_count", "3");
    set_default(params, "tcp_user_timeout", "20000");
    set_default(params, "gssencmode", "disable"); /* its ticket lookup may block */
    return add_options(params, opts);
}

enum rc
pg_params_init(struct pg_params *params, const struct pg_opts *opts, struct fault *fault)
{
    *params = (struct pg_params){0};
    params->parsed = PQconninfoParse(opts->url, NULL);
    if (!params->parsed) { /* libpq's own message may quote the url: not used */
        fault_set(fault, "pg", "url", "database.url is not a PostgreSQL url or conninfo");
        return RC_REJECTED;
    }
    for (PQconninfoOption *option = params->parsed; option->keyword; option++)
        if (option->val)
            pg_params_set(params, option->keyword, option->val);
    enum rc rc = complete(params, opts, fault);

    if (rc == RC_OOM)
        fault_set(fault, "pg", "memory", "out of memory");
    return rc;
}

void
pg_params_done(struct pg_params *params)
{
    if (params->parsed)
        PQconninfoFree(params->parsed);
    mem_free_secret(params->password);
    mem_free(params->options);
    *params = (struct pg_params){0};
}
