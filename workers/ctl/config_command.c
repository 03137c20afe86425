/*
 * carteiro config show|example|check: the configuration as the programs see it.
 */
#include "commands.h"

#include "command.h"

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
