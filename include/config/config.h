/*
 * config.h - carteiro.cfg and the environment, read once at start; the home of libconfig.
 *
 * One table says for each key its section, type, default, range and line of help; from it
 * come parsing, --check-config, `carteiro config show` and the example file. Order: the
 * default, the file, the documents' own names (META_ACCESS_TOKEN, META_PHONE_NUMBER_ID,
 * DATABASE_URL, CLINIC_TIMEZONE, ENABLE_FOLLOWUP), CARTEIRO_SECTION_KEY. Each such name
 * with _FILE at its end names a file whose first line is the value. An empty variable
 * counts as not set; one that matches no key is ignored. A module gets only the struct of
 * its own section.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdio.h>

#include "rc.h"

struct config_origin; /* where each value came from */

struct config_database {
    const char *url;
    const char *password_file; /* NULL: none */
    bool is_pooled;            /* key "pooled": behind pgbouncer in transaction mode */
    const char *listen_url; /* direct connection for LISTEN; NULL: url, unless pooled */
    int connect_ms;
    int statement_ms; /* a statement without answer for so long breaks the connection */
};

struct config_redis {
    const char *url;
    const char *password_file;
    int connect_ms;
    int command_ms;
};

struct config_secrets {
    const char *dir; /* where conta's token and secret files lie */
};

struct config_sender {
    const char *name;    /* worker name; NULL: program, host name and pid */
    int slots;           /* messages in flight, at most */
    double taxa_padrao;  /* messages per second of a number without its own rate */
    int reserva_s;       /* how long a reserva lasts */
    int start_s;         /* no POST begins later than this after its claim was sent */
    int post_s;          /* one whole POST */
    int poll_ms;         /* pause between looks at the queue when idle */
    int sweep_ms;        /* pause between claims of a lane without its floor */
    int record_ms;       /* results wait so long for company, at most */
    int record_max;      /* results in one record, at most */
    int grace_s;         /* the orchestrator's grace period; exit by grace - 5 s */
    int pair_interval_s; /* one message per person and number in so many seconds */
    int pair_burst;
    const char *only_to; /* comma-separated recipients; NULL: everybody */
};

struct config_planner {
    int rescue_s;     /* a reserva past its end is rescued at most so much later */
    int quarentena_s; /* an unknown outcome waits so long for a webhook */
    int incerta_dias; /* and ends as erro after so many days */
    int fila_teto;    /* rows that campaigns keep in the queue, at most */
    int chunk;        /* campaign rows per transaction */
    int poll_ms;      /* pause between looks for work when idle */
    int grace_s;
};

struct config_whatsapp {
    const char *base_url;        /* https://graph.facebook.com */
    const char *version;         /* v23.0 */
    const char *ca_file;         /* NULL: the system's */
    int connect_ms;              /* name, TCP and TLS together */
    int connections_max;         /* 0: as many as slots */
    int streams_max;             /* per HTTP/2 connection */
    const char *access_token;    /* META_ACCESS_TOKEN, for a first try only; NULL */
    const char *phone_number_id; /* META_PHONE_NUMBER_ID, for a first try only; NULL */
};

struct config_gateway {
    const char *address;
    int port;
    const char *verify_token_file; /* hub.verify_token of the subscription */
    const char *app_secret_file;   /* one secret a line: two while it is rotated */
    bool followup;                 /* ENABLE_FOLLOWUP */
    int body_bytes_max;
    int bodies_bytes_max; /* all that are held at once */
    int connections_max;
    int connections_per_address; /* 0: no limit */
    const char *proxies;         /* networks of ours, exempt from it; NULL: none */
    int idle_s;         /* a connection that says nothing for so long is closed */
    int head_s;         /* a request's head must be there within */
    int body_s;         /* and its body */
    int gzip_bytes_min; /* 0: never */
    int api_por_s;      /* requests of one key of the API */
    int grace_s;
};

struct config_metrics {
    const char *address;
    int port; /* 0: any free one */
};

struct config_simulator {
    const char *address;
    int port;            /* Meta's paths; 0: any free one */
    int control_port;    /* ours; 0: any free one */
    const char *numbers; /* "phone_number_id:waba_id:token[:per_s],..."; NULL: none yet */
    const char *ledger;  /* NULL: none is kept */
    const char *ledger_webhooks;
    const char *webhook_url; /* NULL: no webhooks */
    const char *app_secret_file;
    double per_s; /* messages per second of a number without its own */
    int pair_interval_s;
    int pair_burst;
    int sent_ms; /* after acceptance */
    int delivered_ms;
    int read_ms;
    double delivered_share; /* of what did not fail */
    double read_share;      /* of what was delivered */
    double failed_share;    /* fails by webhook with 131026 */
    int batch_max;          /* statuses in one webhook POST, at most */
    int webhook_conns;      /* webhook POSTs under way, at most */
    int webhook_timeout_ms; /* for one webhook POST */
    int retry_ms;           /* first pause before a webhook is tried again; it doubles */
    int late_ms;            /* how much later the fault webhook_late delivers */
    int slow_ms;            /* how long the fault slow holds an answer */
    int latency_ms;         /* before each answer */
    int messages_max;       /* messages whose webhooks are not finished, at most */
    int people_max;         /* 24 h windows and pair limits remembered, at most */
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
    const char *log_level;    /* log.level */
    const char *fuso;         /* empresa.fuso: of a company saved without one */
    const char *plain_secret; /* a secret came in this variable, where child processes can
                                 read it; NULL: none did. The fleet warns of it. */
    const struct config_origin *origins; /* for config_show */
};

/*
 * Reads `path` (NULL: CARTEIRO_CONFIG, else /etc/carteiro/carteiro.cfg if it is there,
 * else no file) and the environment into `ret_config`. Strings live as long as the
 * process. On faults prints one line for each to `err` ("carteiro.cfg:12:
 * sender.taxa_padrao: expected a number from 0.001 to 1000 (messages per second), found
 * \"abc\"") and returns RC_REJECTED: exit 78. A plain secret in the environment is a
 * warning line and no fault.
 */
enum rc config_load(const char *path, struct config *ret_config, FILE *err) MUST_USE;

/* Every key with its value and where it came from; secrets and passwords in URLs are
 * hidden. */
void config_show(const struct config *config, FILE *out, bool as_json);

/* A commented example file with every key and its default. */
void config_example(FILE *out);

/* The first line of a secret's file without the white space at its end, to be freed with
 * mem_free_secret; NULL with errno (EINVAL: an empty line, ENOMEM, or open's and read's).
 */
char *config_secret(const char *path) MUST_USE;

/* The same for line `index` (from 0), which may be absent: NULL with errno ENOENT. Empty
 * lines do not count. */
char *config_secret_line(const char *path, int index) MUST_USE;

#endif
