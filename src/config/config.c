/*
 * Reading the configuration: defaults, file, environment, then what several keys must
 * agree on. Each step prints its faults and the next one goes on, so that a person sees
 * all of them at once; values that faulted keep their default meanwhile.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_internal.h"

#define STANDARD_PATH "/etc/carteiro/carteiro.cfg"

/* Worker ends so much before the orchestrator's grace period does. */
#define GRACE_MARGIN_S 5

static void
defaults_read(struct reader *reader)
{
    for (int i = 0; i < CONFIG_KEYS_N; i++) {
        struct value value = {.kind = VALUE_WORD, .text = CONFIG_KEYS[i].standard};

        reader->origins[i].where = "default";
        if (value.text)
            key_set(reader, &CONFIG_KEYS[i], &value, "default");
    }
}

/* Where `name` was set, or the first of the others that was; "default" when none was. */
static const char *
blame(const struct reader *reader, const char *section, const char *const *names)
{
    for (; *names; names++) {
        const struct config_key *key = key_find(section, *names);
        const char *where = reader->origins[key - CONFIG_KEYS].where;

        if (strcmp(where, "default") != 0)
            return where;
    }
    return "default";
}

/* The claim's right to send must outlive the last POST it allows, or two would send. */
static void
check_reserva(struct reader *reader)
{
    const struct config_sender *sender = &reader->config->sender;
    const char *const names[] = {"reserva_s", "post_s", "start_s", NULL};

    if (sender->post_s + sender->start_s < sender->reserva_s)
        return;
    reader_fault(reader, blame(reader, "sender", names),
        "sender.reserva_s: expected more than start_s + post_s (%d + %d s), found %d",
        sender->start_s, sender->post_s, sender->reserva_s);
}

/* A POST begun just before SIGTERM must end before the process is killed. */
static void
check_grace(struct reader *reader)
{
    const struct config_sender *sender = &reader->config->sender;
    const char *const names[] = {"grace_s", "post_s", NULL};

    if (sender->grace_s > sender->post_s + GRACE_MARGIN_S)
        return;
    reader_fault(reader, blame(reader, "sender", names),
        "sender.grace_s: expected more than post_s + %d (%d + %d s), found %d",
        GRACE_MARGIN_S, sender->post_s, GRACE_MARGIN_S, sender->grace_s);
}

static void
check_ports(struct reader *reader)
{
    const struct config_simulator *simulator = &reader->config->simulator;
    const char *const names[] = {"control_port", "port", NULL};

    if (simulator->port == 0 || simulator->port != simulator->control_port)
        return;
    reader_fault(reader, blame(reader, "simulator", names),
        "simulator.control_port: expected another port than simulator.port, found %d",
        simulator->control_port);
}

static const char *
path_to_read(const char *path)
{
    const char *named = getenv("CARTEIRO_CONFIG");

    if (path)
        return path;
    if (named && *named)
        return named;
    return access(STANDARD_PATH, F_OK) == 0 ? STANDARD_PATH : NULL;
}

enum rc
config_load(const char *path, struct config *ret_config, FILE *err)
{
    struct config config = {0};
    struct reader reader = {.config = &config, .err = err};

    reader.origins = keep_room((size_t)CONFIG_KEYS_N, sizeof(struct config_origin));
    if (!reader.origins)
        return RC_OOM;
    config.origins = reader.origins;
    defaults_read(&reader);
    path = path_to_read(path);
    if (path)
        file_read(&reader, path);
    environment_read(&reader);
    check_reserva(&reader);
    check_grace(&reader);
    check_ports(&reader);
    if (reader.faults)
        return RC_REJECTED;
    if (reader.is_oom)
        return RC_OOM;
    *ret_config = config;
    return RC_OK;
}
