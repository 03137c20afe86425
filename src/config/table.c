/*
 * The one table of keys. A new key is one row here and one field in config.h; parsing,
 * faults, hints, `config show` and the example file follow by themselves.
 */
#include <stddef.h>

#include "config_internal.h"

#define AT(field) offsetof(struct config, field)

#define INT(section_, name_, field_, standard_, min_, max_, unit_, help_)                \
    {                                                                                    \
        .section = (section_), .name = (name_), .kind = KEY_INT, .offset = AT(field_),   \
        .standard = (standard_), .min = (min_), .max = (max_), .unit = (unit_),          \
        .help = (help_)                                                                  \
    }

#define REAL(section_, name_, field_, standard_, min_, max_, unit_, help_)               \
    {                                                                                    \
        .section = (section_), .name = (name_), .kind = KEY_REAL, .offset = AT(field_),  \
        .standard = (standard_), .min = (min_), .max = (max_), .unit = (unit_),          \
        .help = (help_)                                                                  \
    }

#define TEXT(section_, name_, field_, standard_, help_, ...)                             \
    {                                                                                    \
        .section = (section_), .name = (name_), .kind = KEY_TEXT, .offset = AT(field_),  \
        .standard = (standard_), .help = (help_), __VA_ARGS__                            \
    }

#define BOOL(section_, name_, field_, standard_, help_, ...)                             \
    {                                                                                    \
        .section = (section_), .name = (name_), .kind = KEY_BOOL, .offset = AT(field_),  \
        .standard = (standard_), .help = (help_), __VA_ARGS__                            \
    }

#define ANY .secrecy = KEY_OPEN
#define PATH .unit = "a path"
#define ADDRESS .unit = "an address or host name", .form = "^[A-Za-z0-9.:_-]+$"
#define HTTP_URL .unit = "an http:// or https:// URL", .form = "^https?://[^[:space:]]+$"
#define POSTGRES_URL .secrecy = KEY_URL, .unit = "a postgresql:// URL or a conninfo text"
#define POSTGRES_FORM .form = "^(postgres(ql)?://.*|.*=.*)$"

/* One row is two facts: what it is, what it means. */
/* clang-format off */
const struct config_key CONFIG_KEYS[] = {
    TEXT("database", "url", database.url, "postgresql:///carteiro",
        "The queue: URL or conninfo, without the password if that is in a file.",
        POSTGRES_URL, POSTGRES_FORM, .alias = "DATABASE_URL"),
    TEXT("database", "password_file", database.password_file, NULL,
        "File with the database password, read again at every connect.", PATH),
    BOOL("database", "pooled", database.is_pooled, "false",
        "Behind pgbouncer in transaction mode: unnamed statements, no LISTEN.", ANY),
    TEXT("database", "listen_url", database.listen_url, NULL,
        "Direct connection for LISTEN; left out: database.url, unless pooled.",
        POSTGRES_URL, POSTGRES_FORM),
    INT("database", "connect_ms", database.connect_ms, "5000", 100, 60000, "ms",
        "Deadline for one connect."),
    INT("database", "statement_ms", database.statement_ms, "30000", 100, 600000, "ms",
        "A statement without answer for so long breaks the connection."),

    TEXT("redis", "url", redis.url, "redis://127.0.0.1:6379/0", "The token buckets.",
        .secrecy = KEY_URL, .unit = "a redis:// or unix:// URL",
        .form = "^(redis|unix)://[^[:space:]]+$"),
    TEXT("redis", "password_file", redis.password_file, NULL,
        "File with the Redis password, read again at every connect.", PATH),
    INT("redis", "connect_ms", redis.connect_ms, "2000", 50, 60000, "ms",
        "Deadline for one connect."),
    INT("redis", "command_ms", redis.command_ms, "250", 10, 10000, "ms",
        "Deadline for one call; a later answer counts as Redis lost."),

    TEXT("secrets", "dir", secrets.dir, "/etc/carteiro/secrets",
        "Where the token and secret files named in contas lie.", PATH),

    TEXT("sender", "name", sender.name, NULL,
        "Worker name in logs and rows; left out: program, host name and pid.",
        .unit = "up to 64 letters, digits, '.', '_' or '-'",
        .form = "^[A-Za-z0-9._-]{1,64}$"),
    INT("sender", "slots", sender.slots, "512", 1, 16384, "messages",
        "Messages in flight, at most: rate x (latency of the far end + 15 ms)."),
    REAL("sender", "taxa_padrao", sender.taxa_padrao, "72", 0.001, 1000,
        "messages per second", "Rate of a number without its own."),
    INT("sender", "reserva_s", sender.reserva_s, "60", 5, 3600, "s",
        "How long a claimed message stays reserved; more than start_s + post_s."),
    INT("sender", "start_s", sender.start_s, "20", 1, 3600, "s",
        "No POST begins later than this after its claim was sent."),
    INT("sender", "post_s", sender.post_s, "30", 1, 600, "s",
        "Deadline for one whole POST."),
    INT("sender", "poll_ms", sender.poll_ms, "1000", 5, 60000, "ms",
        "Pause between looks at the queue when nothing wakes the sender."),
    INT("sender", "sweep_ms", sender.sweep_ms, "1000", 50, 60000, "ms",
        "Pause between claims of a lane that look behind its floor."),
    INT("sender", "record_ms", sender.record_ms, "2", 0, 1000, "ms",
        "Results wait so long for company, at most."),
    INT("sender", "record_max", sender.record_max, "300", 1, 10000, "messages",
        "Results in one record, at most."),
    INT("sender", "grace_s", sender.grace_s, "45", 6, 3600, "s",
        "Grace period of the orchestrator; the sender ends 5 s before; over post_s + 5."),
    INT("sender", "pair_interval_s", sender.pair_interval_s, "6", 0, 3600, "s",
        "One message per person and number in so many seconds (0: no such limit)."),
    INT("sender", "pair_burst", sender.pair_burst, "10", 1, 45, "messages",
        "How many may go to one person at once before that limit binds."),
    TEXT("sender", "only_to", sender.only_to, NULL,
        "Send to these recipients only, separated by commas; all others wait.",
        .unit = "numbers with country code, separated by commas",
        .form = "^[+0-9][0-9]*([ ,]+[+0-9][0-9]*)*$"),

    INT("planner", "rescue_s", planner.rescue_s, "15", 1, 3600, "s",
        "A reservation past its end is rescued at most so much later."),
    INT("planner", "quarentena_s", planner.quarentena_s, "600", 1, 86400, "s",
        "An unknown outcome waits so long for a webhook."),
    INT("planner", "incerta_dias", planner.incerta_dias, "8", 1, 30, "days",
        "An unknown outcome without news ends as erro after so many days."),
    INT("planner", "fila_teto", planner.fila_teto, "10000", 100, 10000000, "rows",
        "Rows that campaigns keep in the queue; more where ten minutes of rate need them."),
    INT("planner", "chunk", planner.chunk, "10000", 1, 100000, "rows",
        "Campaign rows per transaction."),
    INT("planner", "poll_ms", planner.poll_ms, "1000", 20, 60000, "ms",
        "Pause between looks for work when nothing wakes the planner."),
    INT("planner", "grace_s", planner.grace_s, "30", 6, 3600, "s",
        "Grace period of the orchestrator; the planner ends 5 s before."),

    TEXT("whatsapp", "base_url", whatsapp.base_url, "https://graph.facebook.com",
        "Where the Cloud API is; the simulator's URL for tests.", HTTP_URL),
    TEXT("whatsapp", "version", whatsapp.version, "v23.0", "Version of the Graph API.",
        .unit = "a version like v23.0", .form = "^v[0-9]{1,3}[.][0-9]{1,2}$"),
    TEXT("whatsapp", "ca_file", whatsapp.ca_file, NULL,
        "Certificates to trust; left out: the system's.", PATH),
    INT("whatsapp", "connect_ms", whatsapp.connect_ms, "5000", 100, 60000, "ms",
        "Deadline for name, TCP and TLS together."),
    INT("whatsapp", "connections_max", whatsapp.connections_max, "0", 0, 16384,
        "connections", "Connections to the Cloud API, at most (0: as many as slots)."),
    INT("whatsapp", "streams_max", whatsapp.streams_max, "100", 1, 1000, "streams",
        "Requests sharing one HTTP/2 connection; one reset makes all of them uncertain."),
    TEXT("whatsapp", "access_token", whatsapp.access_token, NULL,
        "Access token, for a first try only; contas name files in production.",
        .secrecy = KEY_SECRET, .alias = "META_ACCESS_TOKEN"),
    TEXT("whatsapp", "phone_number_id", whatsapp.phone_number_id, NULL,
        "Sending number, for a first try only; numeros holds them in production.",
        .unit = "an id of digits", .form = "^[0-9]{1,32}$",
        .alias = "META_PHONE_NUMBER_ID"),

    TEXT("gateway", "address", gateway.address, "127.0.0.1",
        "Where webhooks and the API are served (0.0.0.0: every IPv4 address).", ADDRESS),
    INT("gateway", "port", gateway.port, "8080", 0, 65535, "port",
        "Port of webhooks and API (0: any free one)."),
    TEXT("gateway", "verify_token_file", gateway.verify_token_file, NULL,
        "File with the subscription's hub.verify_token.", PATH),
    TEXT("gateway", "app_secret_file", gateway.app_secret_file, NULL,
        "File with the app secret; two lines while it is rotated.", PATH),
    BOOL("gateway", "followup", gateway.followup, "false",
        "An inbound message plans one follow-up 24 h later.", .alias = "ENABLE_FOLLOWUP"),
    INT("gateway", "body_bytes_max", gateway.body_bytes_max, "3145728", 1024, 67108864,
        "bytes", "Largest body of a request; Meta sends up to 3 MiB."),
    INT("gateway", "bodies_bytes_max", gateway.bodies_bytes_max, "134217728", 1048576,
        1073741824, "bytes", "All bodies together that are held at once."),
    INT("gateway", "connections_max", gateway.connections_max, "4096", 1, 65536,
        "connections", "Connections served at once; past it the slowest is cut."),
    INT("gateway", "connections_per_address", gateway.connections_per_address, "1024", 0,
        65536, "connections",
        "Of these, from one IPv4 address or IPv6 /64 (0: no limit); proxies are exempt."),
    TEXT("gateway", "proxies", gateway.proxies, NULL,
        "Networks of our own proxies (Ingress): X-Forwarded-For is believed from them.",
        .unit = "networks, as 10.0.0.0/8, fd00::/8", .form = "^[0-9a-fA-F.:/, ]*$"),
    INT("gateway", "idle_s", gateway.idle_s, "30", 1, 3600, "s",
        "A connection without a next request for so long is closed."),
    INT("gateway", "head_s", gateway.head_s, "10", 1, 3600, "s",
        "The head of the first request must be there within; slower ones are cut."),
    INT("gateway", "body_s", gateway.body_s, "30", 1, 3600, "s",
        "The body of a request must be there within, from its head on."),
    INT("gateway", "gzip_bytes_min", gateway.gzip_bytes_min, "1024", 0, 1048576, "bytes",
        "Texts from this size on are compressed for whoever asks (0: never)."),
    INT("gateway", "api_por_s", gateway.api_por_s, "50", 1, 10000, "requests per second",
        "Requests that one key of the API may make, with a burst of as many."),
    INT("gateway", "grace_s", gateway.grace_s, "30", 6, 3600, "s",
        "Grace period of the orchestrator; the gateway ends 5 s before."),

    TEXT("metrics", "address", metrics.address, "127.0.0.1",
        "Where /metrics, /healthz and /readyz are served.", ADDRESS),
    INT("metrics", "port", metrics.port, "9464", 0, 65535, "port",
        "Their port (0: any free one, said in the log line service.up)."),

    TEXT("simulator", "address", simulator.address, "127.0.0.1",
        "Where the simulated Cloud API and its control port are served.", ADDRESS),
    INT("simulator", "port", simulator.port, "8090", 0, 65535, "port",
        "Port with Meta's paths (0: any free one)."),
    INT("simulator", "control_port", simulator.control_port, "8091", 0, 65535, "port",
        "Port of the control calls (0: any free one)."),
    TEXT("simulator", "numbers", simulator.numbers, NULL,
        "Numbers known from the start; more come by POST /numbers.",
        .secrecy = KEY_SECRET, .unit = "phone_number_id:waba_id:token[:per_s],...",
        .form = "^[0-9]+:[0-9]+:[A-Za-z0-9._-]+(:[0-9.]+)?"
                "(,[0-9]+:[0-9]+:[A-Za-z0-9._-]+(:[0-9.]+)?)*$"),
    TEXT("simulator", "ledger", simulator.ledger, NULL,
        "File that gets a line for every message asked for; left out: none.", PATH),
    TEXT("simulator", "ledger_webhooks", simulator.ledger_webhooks, NULL,
        "File that gets a line for every webhook tried; left out: none.", PATH),
    TEXT("simulator", "webhook_url", simulator.webhook_url, NULL,
        "Where webhooks go; left out: nowhere.", HTTP_URL),
    TEXT("simulator", "app_secret_file", simulator.app_secret_file, NULL,
        "File with the secret that signs the webhooks.", PATH),
    REAL("simulator", "per_s", simulator.per_s, "80", 0.001, 1000000,
        "messages per second", "Limit of a number without its own."),
    INT("simulator", "pair_interval_s", simulator.pair_interval_s, "6", 0, 3600, "s",
        "Pair limit: one message per person and number in so many seconds (0: none)."),
    INT("simulator", "pair_burst", simulator.pair_burst, "45", 1, 100000, "messages",
        "Pair limit: how many may come at once."),
    INT("simulator", "sent_ms", simulator.sent_ms, "200", 0, 86400000, "ms",
        "From acceptance to the webhook sent."),
    INT("simulator", "delivered_ms", simulator.delivered_ms, "800", 0, 86400000, "ms",
        "From acceptance to the webhook delivered."),
    INT("simulator", "read_ms", simulator.read_ms, "3000", 0, 86400000, "ms",
        "From acceptance to the webhook read."),
    REAL("simulator", "delivered_share", simulator.delivered_share, "1", 0, 1, "share",
        "Share of the messages that is delivered, of those that did not fail."),
    REAL("simulator", "read_share", simulator.read_share, "0.7", 0, 1, "share",
        "Share of the delivered messages that is read."),
    REAL("simulator", "failed_share", simulator.failed_share, "0", 0, 1, "share",
        "Share of the accepted messages that fails by webhook with 131026."),
    INT("simulator", "batch_max", simulator.batch_max, "100", 1, 1000, "statuses",
        "Statuses in one webhook POST, at most."),
    INT("simulator", "webhook_conns", simulator.webhook_conns, "8", 1, 1024,
        "connections", "Webhook POSTs under way, at most."),
    INT("simulator", "webhook_timeout_ms", simulator.webhook_timeout_ms, "10000", 50,
        600000, "ms", "Deadline for one webhook POST."),
    INT("simulator", "retry_ms", simulator.retry_ms, "1000", 10, 3600000, "ms",
        "Pause before a webhook is tried again; it doubles up to a minute."),
    INT("simulator", "late_ms", simulator.late_ms, "5000", 0, 86400000, "ms",
        "How much later the fault webhook_late delivers."),
    INT("simulator", "slow_ms", simulator.slow_ms, "3000", 0, 3600000, "ms",
        "How long the fault slow holds an answer."),
    INT("simulator", "latency_ms", simulator.latency_ms, "0", 0, 60000, "ms",
        "Pause before each answer."),
    INT("simulator", "messages_max", simulator.messages_max, "2000000", 1000, 100000000,
        "messages", "Messages with webhooks still to come; more are answered 131016."),
    INT("simulator", "people_max", simulator.people_max, "4000000", 1000, 100000000,
        "pairs", "24 h windows and pair limits remembered, at most."),

    TEXT("log", "level", log_level, "info", "Least level that is logged.",
        .unit = "debug, info, warn or error", .form = "^(debug|info|warn|error)$"),
    TEXT("empresa", "fuso", fuso, "America/Sao_Paulo",
        "Zone of a company saved without one.", .unit = "a zone like America/Sao_Paulo",
        .form = "^[A-Za-z]+([/_+-][A-Za-z0-9_+-]+)*$", .alias = "CLINIC_TIMEZONE"),
};
/* clang-format on */

const int CONFIG_KEYS_N = (int)(sizeof(CONFIG_KEYS) / sizeof(CONFIG_KEYS[0]));
