/*
 * config.h - carteiro.cfg and the environment, read once at start; the home of libconfig.
 *
 * One table says for each key its section, type, default, range and line of help; parsing,
 * --check-config, `carteiro config show` and the example file come from it. Order: default,
 * file, environment CARTEIRO_SECTION_KEY (or CARTEIRO_SECTION_KEY_FILE: the value is the
 * file's first line). Documents' own names (META_ACCESS_TOKEN, META_PHONE_NUMBER_ID,
 * DATABASE_URL, CLINIC_TIMEZONE, ENABLE_FOLLOWUP) are honoured after those. A module gets
 * only the struct of its own section.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdio.h>

#include "rc.h"

struct config_database {
    const char *url;
    const char *password_file; /* NULL: none */
    bool is_pooled;            /* key "pooled": behind pgbouncer in transaction mode */
    const char *listen_url;    /* direct connection for LISTEN; NULL: url, unless pooled */
};

struct config_redis {
    const char *url;
    const char *password_file;
    int command_ms;
};

struct config_secrets {
    const char *dir; /* where conta's token and secret files lie */
};

struct config_sender {
    const char *name;  /* worker name; default: host name and pid */
    int slots;         /* messages in flight, at most */
    double taxa_padrao; /* messages per second of a number without its own rate */
    int reserva_s;     /* how long a reserva lasts */
    int start_s;       /* no POST begins later than this after its claim was sent */
    int post_s;        /* one whole POST */
    int poll_ms;       /* pause between looks at the queue when idle */
    int grace_s;       /* the orchestrator's grace period; exit by grace - 5 s */
    int pair_interval_s; /* one message per person and number in so many seconds */
    int pair_burst;
    const char *only_to; /* comma-separated recipients; NULL: everybody */
};

struct config_planner {
    int rescue_s;      /* a reserva past its end is rescued at most so much later */
    int quarentena_s;  /* an unknown outcome waits so long for a webhook */
    int incerta_dias;  /* and ends as erro after so many days */
    int fila_teto;     /* rows that campaigns keep in the queue, at most */
    int chunk;         /* campaign rows per transaction */
    int grace_s;
};

struct config_whatsapp {
    const char *base_url; /* https://graph.facebook.com */
    const char *version;  /* v23.0 */
    const char *ca_file;  /* NULL: the system's */
    const char *access_token;    /* META_ACCESS_TOKEN, for a first try only; NULL */
    const char *phone_number_id; /* META_PHONE_NUMBER_ID, for a first try only; NULL */
};

struct config_gateway {
    const char *address;
    int port;
    const char *verify_token_file; /* hub.verify_token of the subscription */
    const char *app_secret_file;   /* one secret a line: two while it is rotated */
    bool followup; /* ENABLE_FOLLOWUP */
};

struct config_metrics {
    const char *address;
    int port; /* 0: any free one */
};

struct config_simulator {
    const char *address;
    int port;         /* Meta's paths */
    int control_port; /* ours */
    const char *ledger;
    const char *ledger_webhooks;
    const char *webhook_url;
    const char *app_secret_file;
    int delivered_ms; /* after acceptance */
    int read_ms;
    double read_share;
    double failed_share;
    int latency_ms; /* before each answer */
};

struct config {
    struct config_database database;
    struct config_redis redis;
    struct config_secrets secrets;
    struct config_sender sender;
    struct config_planner planner;
    struct config_whatsapp whatsapp;
    struct config_gateway gateway;
    struct config_metrics metrics;
    struct config_simulator simulator;
    const char *log_level;
    const char *fuso; /* CLINIC_TIMEZONE: zone of a company saved without one */
};

/*
 * Reads `path` (NULL: CARTEIRO_CONFIG, else /etc/carteiro/carteiro.cfg if it is there, else
 * no file) and the environment into `ret_config`. Strings live as long as the process.
 * On a fault prints one line per fault to `err` ("carteiro.cfg:12: sender.taxa_padrao:
 * expected a number from 0.001 to 1000, found \"abc\"") and returns RC_REJECTED: exit 78.
 */
enum rc config_load(const char *path, struct config *ret_config, FILE *err) MUST_USE;

/* Every key with its value and where it came from; secrets are files and never shown. */
void config_show(const struct config *config, FILE *out, bool as_json);

/* A commented example file with every key and its default. */
void config_example(FILE *out);

/* The first line of a secret's file, to be freed with mem_free_secret; NULL with errno. */
char *config_secret(const char *path) MUST_USE;

#endif
