/*
 * The commands that are C functions of this program: from the arguments' JSON to a call.
 */
#include "commands.h"

#include "command.h"
#include "exit.h"
#include "import.h"
#include "import_agendamentos.h"
#include "migrate.h"

int
migrate_command_run(struct ctl *ctl, const struct json *args)
{
    return migrate_run(&ctl->config.database, json_bool(json_get(args, "show"), false),
        (int)json_int(json_get(args, "to"), -1), ctl->as_json);
}

static int
import_run_by(
    struct ctl *ctl, const struct json *args, int (*run)(const struct import_opts *))
{
    struct import_opts opts = {
        .path = json_string_of(args, "arquivo"),
        .empresa = json_string_of(args, "empresa"),
        .tag = json_string_of(args, "tag"),
        .rejeitados = json_string_of(args, "rejeitados"),
        .is_rehearsal = json_bool(json_get(args, "ensaio"), false),
        .as_json = ctl->as_json,
        .pg = ctl_pg_session(ctl),
    };

    if (opts.pg)
        return run(&opts);
    return ctl->config.database.is_pooled && !ctl->config.database.listen_url
               ? EXIT_CONFIGURATION
               : EXIT_UNAVAILABLE;
}

int
contacts_import_run(struct ctl *ctl, const struct json *args)
{
    return import_run_by(ctl, args, import_run);
}

int
visits_import_run(struct ctl *ctl, const struct json *args)
{
    return import_run_by(ctl, args, import_agendamentos_run);
}

int
config_show_run(struct ctl *ctl, const struct json *args)
{
    (void)args;
    config_show(&ctl->config, stdout, ctl->as_json);
    return 0;
}

int
config_example_run(struct ctl *ctl, const struct json *args)
{
    (void)ctl;
    (void)args;
    config_example(stdout);
    return 0;
}

/* Faults are printed by config_load, one line each. */
int
config_check_run(struct ctl *ctl, const struct json *args)
{
    const char *path = json_string_of(args, "arquivo");

    if (config_load(path ? path : ctl->config_path, &ctl->config, stderr) != RC_OK)
        return 78;
    if (ctl->as_json)
        (void)fputs("{\"ok\":true}\n", stdout);
    else
        (void)fputs("configuration ok\n", stdout);
    return 0;
}
