/*
 * commands.h - the commands of `carteiro` that are C functions and no bare statement.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

struct ctl;
struct json;

int migrate_command_run(struct ctl *ctl, const struct json *args);
int config_show_run(struct ctl *ctl, const struct json *args);
int config_example_run(struct ctl *ctl, const struct json *args);
int config_check_run(struct ctl *ctl, const struct json *args);

/* Imports a contact file: import.h. */
int contacts_import_run(struct ctl *ctl, const struct json *args);
int visits_import_run(struct ctl *ctl, const struct json *args);

/* Shows a campaign's progress, a line each second, until nothing more comes of it. */
int campaign_follow_run(struct ctl *ctl, const struct json *args);

/* Sends a template to Meta for approval, or all drafts of the company. */
int template_publish_run(struct ctl *ctl, const struct json *args);

/* Reads from Meta what became of the templates. */
int template_sync_run(struct ctl *ctl, const struct json *args);

#endif
