/*
 * What migrar prints: a line for each thing done, or at the end one JSON object of the
 * same.
 */
#include "migrate_internal.h"

#include <stdio.h>

#include "schema.h"

void
migrate_tell_migration(struct migrate *migrate, const struct schema_file *file)
{
    buf_addf(&migrate->json, "%s{\"name\":\"%s\",\"took_ms\":%lld}",
        migrate->json.bytes ? "," : "", file->name, (long long)migrate->took_ms);
    if (migrate->as_json)
        return;
    (void)printf("%s applied in %lld ms\n", file->name, (long long)migrate->took_ms);
    (void)fflush(
        stdout); /* a long one follows: said while it runs; main looks at the end */
}

void
migrate_tell_functions(struct migrate *migrate)
{
    migrate->functions_applied = migrate->functions_n;
    migrate->functions_ms = migrate->took_ms;
    if (!migrate->as_json)
        (void)printf("%d functions applied in %lld ms\n", migrate->functions_n,
            (long long)migrate->took_ms);
}

void
migrate_tell_end(struct migrate *migrate)
{
    int version = migrate_version(migrate);

    if (migrate->as_json) {
        (void)printf("{\"version\":%d,\"newest\":%d,\"applied\":[%s],\"functions\":%d,"
                     "\"functions_ms\":%lld}\n",
            version, schema_newest(), buf_text(&migrate->json),
            migrate->functions_applied, (long long)migrate->functions_ms);
    } else if (version > schema_newest()) {
        (void)printf(
            "the database is at migration %d, newer than this build (%d): left alone\n",
            version, schema_newest());
    } else {
        (void)printf("the database is at migration %d of %d\n", version, schema_newest());
    }
}

static void
tell_state_json(struct migrate *migrate)
{
    const char *comma = "";

    (void)printf("{\"version\":%d,\"newest\":%d,\"migrations\":[",
        migrate_version(migrate), schema_newest());
    for (const struct schema_file *file = SCHEMA_MIGRATIONS; file->name; file++) {
        const char *at = migrate_applied_at(migrate, file);
        const char *quote = at ? "\"" : "";

        (void)printf("%s{\"name\":\"%s\",\"applied_at\":%s%s%s,\"is_altered\":%s}", comma,
            file->name, quote, at ? at : "null", quote,
            migrate_is_altered(migrate, file) ? "true" : "false");
        comma = ",";
    }
    (void)printf("],\"functions_pending\":[");
    comma = "";
    for (const struct schema_file *file = SCHEMA_FUNCTIONS; file->name; file++) {
        if (!migrate_is_stale(migrate, file))
            continue;
        (void)printf("%s\"%s\"", comma, file->name);
        comma = ",";
    }
    (void)printf("]}\n");
}

void
migrate_tell_state(struct migrate *migrate)
{
    if (migrate->as_json) {
        tell_state_json(migrate);
        return;
    }
    for (const struct schema_file *file = SCHEMA_MIGRATIONS; file->name; file++) {
        const char *at = migrate_applied_at(migrate, file);

        (void)printf("%s %s%s%s\n", file->name, at ? "applied " : "pending", at ? at : "",
            migrate_is_altered(migrate, file) ? " (its text has changed since)" : "");
    }
    for (const struct schema_file *file = SCHEMA_FUNCTIONS; file->name; file++)
        if (migrate_is_stale(migrate, file))
            (void)printf("function %s pending\n", file->name);
}
