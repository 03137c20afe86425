/*
 * limit_probe CONNINFO URL [CA_FILE] - claim, POST, record with nothing else around:
 * what this machine gives a queue of this kind at best. An https URL is verified against
 * CA_FILE; HTTP/2 is spoken where it is offered.
 *
 * One process, one thread, one libcurl multi, one connection that claims and one that
 * records, both waited for together. No lanes, tokens, gates, effects, fences, deadlines
 * or logs; the first thing that fails ends it. It drains the tables of limit_probe.sql
 * and prints {"sent": n, "seconds": s}. Its rules are not the product's: a probe that
 * fails is started again.
 */
#include <curl/curl.h>
#include <json-c/json.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SLOTS = 512,   /* as many as a sender has */
    STREAMS = 100, /* on one HTTP/2 connection, likewise */
    CLAIM_MIN = 64,
    RECORD_MAX = 300,
    RECORD_MS = 2,
    ID_BYTES = 37,
    WAMID_BYTES = 80,
    BODY_BYTES = 2048,
    ARRAY_BYTES = RECORD_MAX * (WAMID_BYTES + 2),
};

struct message {
    char id[ID_BYTES];
    char wamid[WAMID_BYTES];
    char body[BODY_BYTES];
    char answer[BODY_BYTES];
    size_t answer_bytes;
    CURL *easy;
};

struct stack {
    struct message *items[SLOTS];
    int n;
};

struct probe {
    struct message messages[SLOTS];
    struct stack idle, done;
    PGconn *claiming, *recording;
    bool is_claiming, is_recording, is_dry;
    CURLM *multi;
    long sent;
    double recorded_at_ms;
    char ids[ARRAY_BYTES], wamids[ARRAY_BYTES];
};

static const char claim_text[] =
    "with eleita as (select array(select ctid from viva where status = 'pendente' and "
    "numero_id = 1 and agendar_para <= now() order by agendar_para, ordem limit $1 for "
    "update skip locked) as linhas) update viva set status = 'processando', reserva_seq "
    "= reserva_seq + 1, reserva_ate = now() + interval '60 s' where ctid = any ((select "
    "linhas from eleita)::tid[]) returning id, destino, conteudo";
static const char record_text[] =
    "with fora as (delete from viva f using unnest($1::uuid[], $2::text[]) as r (id, "
    "wamid) where f.id = r.id returning f.*, r.wamid) insert into finda select id, "
    "numero_id, destino, conteudo, reserva_seq, wamid, now() from fora";

static void
die(const char *what, const char *why)
{
    fprintf(stderr, "limit_probe: %s: %s\n", what, why);
    exit(1);
}

static double
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static PGconn *
dial(const char *conninfo, const char *name, const char *text)
{
    PGconn *conn = PQconnectdb(conninfo);

    if (PQstatus(conn) != CONNECTION_OK)
        die("connect", PQerrorMessage(conn));
    PQclear(PQexec(conn, "set jit = off"));
    PQclear(PQexec(conn, "set enable_seqscan = off"));
    PGresult *result = PQprepare(conn, name, text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(name, PQerrorMessage(conn));
    PQclear(result);
    PQsetnonblocking(conn, 1);
    return conn;
}

static size_t
keep_answer(char *data, size_t size, size_t n, void *ctx)
{
    struct message *message = ctx;
    size_t bytes = size * n;

    if (message->answer_bytes + bytes >= sizeof(message->answer))
        return 0;
    memcpy(message->answer + message->answer_bytes, data, bytes);
    message->answer_bytes += bytes;
    return bytes;
}

static void
set_up(struct probe *probe, const char *url, const char *ca_file)
{
    struct curl_slist *headers = NULL;

    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Authorization: Bearer EAAG");
    headers = curl_slist_append(headers, "Expect:");
    probe->multi = curl_multi_init();
    curl_multi_setopt(probe->multi, CURLMOPT_MAXCONNECTS, (long)SLOTS);
    curl_multi_setopt(probe->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
    for (int i = 0; i < SLOTS; i++) {
        struct message *message = &probe->messages[i];

        message->easy = curl_easy_init();
        curl_easy_setopt(message->easy, CURLOPT_URL, url);
        curl_easy_setopt(message->easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(message->easy, CURLOPT_WRITEFUNCTION, keep_answer);
        curl_easy_setopt(message->easy, CURLOPT_WRITEDATA, message);
        curl_easy_setopt(message->easy, CURLOPT_PRIVATE, message);
        if (ca_file) {
            curl_easy_setopt(message->easy, CURLOPT_CAINFO, ca_file);
            curl_easy_setopt(
                message->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
            curl_easy_setopt(message->easy, CURLOPT_PIPEWAIT, 1L);
        }
        probe->idle.items[probe->idle.n++] = message;
    }
}

/* A claimed row becomes a body and a transfer. */
static void
post(struct probe *probe, const PGresult *rows, int row)
{
    struct message *message = probe->idle.items[--probe->idle.n];
    struct json_object *text = json_object_new_object();
    struct json_object *body = json_object_new_object();

    snprintf(message->id, sizeof(message->id), "%s", PQgetvalue(rows, row, 0));
    json_object_object_add(body, "messaging_product", json_object_new_string("whatsapp"));
    json_object_object_add(body, "to", json_object_new_string(PQgetvalue(rows, row, 1)));
    json_object_object_add(body, "type", json_object_new_string("text"));
    json_object_object_add(
        text, "body", json_object_new_string(PQgetvalue(rows, row, 2)));
    json_object_object_add(body, "text", text);
    json_object_object_add(
        body, "biz_opaque_callback_data", json_object_new_string(message->id));
    snprintf(message->body, sizeof(message->body), "%s",
        json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN));
    json_object_put(body);
    message->answer_bytes = 0;
    curl_easy_setopt(message->easy, CURLOPT_POSTFIELDS, message->body);
    curl_easy_setopt(message->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(message->body));
    curl_multi_add_handle(probe->multi, message->easy);
}

static void
answered(struct probe *probe, struct message *message, CURLcode code)
{
    struct json_object *answer, *messages = NULL, *id = NULL;

    if (code != CURLE_OK)
        die("post", curl_easy_strerror(code));
    message->answer[message->answer_bytes] = '\0';
    answer = json_tokener_parse(message->answer);
    if (!json_object_object_get_ex(answer, "messages", &messages) ||
        !json_object_object_get_ex(json_object_array_get_idx(messages, 0), "id", &id))
        die("answer", message->answer);
    snprintf(message->wamid, sizeof(message->wamid), "%s", json_object_get_string(id));
    json_object_put(answer);
    curl_multi_remove_handle(probe->multi, message->easy);
    probe->done.items[probe->done.n++] = message;
}

static void
run_transfers(struct probe *probe)
{
    CURLMsg *told;
    int left;

    curl_multi_perform(probe->multi, &left);
    while ((told = curl_multi_info_read(probe->multi, &left))) {
        struct message *message = NULL;
        CURLcode code = told->data.result;

        curl_easy_getinfo(told->easy_handle, CURLINFO_PRIVATE, (char **)&message);
        answered(probe, message, code);
    }
}

/* True when everything of the statement under way has been read into `use`. */
static bool
take_results(PGconn *conn, struct probe *probe, void (*use)(struct probe *, PGresult *))
{
    PGresult *result;

    if (!PQconsumeInput(conn))
        die("read", PQerrorMessage(conn));
    PQflush(conn);
    if (PQisBusy(conn))
        return false;
    while ((result = PQgetResult(conn))) {
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            die("statement", PQerrorMessage(conn));
        use(probe, result);
        PQclear(result);
    }
    return true;
}

static void
use_claimed(struct probe *probe, PGresult *rows)
{
    probe->is_dry = PQntuples(rows) == 0;
    for (int i = 0; i < PQntuples(rows); i++)
        post(probe, rows, i);
}

static void
use_recorded(struct probe *probe, PGresult *result)
{
    probe->sent += (long)strtoll(PQcmdTuples(result), NULL, 10);
}

static void
claim(struct probe *probe)
{
    char n[16];
    const char *values[] = {n};

    if (probe->is_claiming && take_results(probe->claiming, probe, use_claimed))
        probe->is_claiming = false;
    if (probe->is_claiming || probe->is_dry || probe->idle.n < CLAIM_MIN)
        return;
    snprintf(n, sizeof(n), "%d", probe->idle.n);
    PQsendQueryPrepared(probe->claiming, "claim", 1, values, NULL, NULL, 0);
    PQflush(probe->claiming);
    probe->is_claiming = true;
}

static void
record(struct probe *probe)
{
    const char *values[] = {probe->ids, probe->wamids};
    int n = probe->done.n < RECORD_MAX ? probe->done.n : RECORD_MAX;
    size_t ids = 0, wamids = 0;

    if (probe->is_recording && take_results(probe->recording, probe, use_recorded))
        probe->is_recording = false;
    if (probe->is_recording || n == 0 ||
        (n < RECORD_MAX && now_ms() - probe->recorded_at_ms < RECORD_MS))
        return;
    for (int i = 0; i < n; i++) {
        struct message *message = probe->done.items[--probe->done.n];
        ids += (size_t)snprintf(probe->ids + ids, sizeof(probe->ids) - ids, "%c%s",
            i ? ',' : '{', message->id);
        wamids += (size_t)snprintf(probe->wamids + wamids, sizeof(probe->wamids) - wamids,
            "%c%s", i ? ',' : '{', message->wamid);
        probe->idle.items[probe->idle.n++] = message;
    }
    memcpy(probe->ids + ids, "}", 2);
    memcpy(probe->wamids + wamids, "}", 2);
    PQsendQueryPrepared(probe->recording, "record", 2, values, NULL, NULL, 0);
    PQflush(probe->recording);
    probe->is_recording = true;
    probe->recorded_at_ms = now_ms();
}

int
main(int argc, char **argv)
{
    static struct probe probe;
    double began_at_ms;

    if (argc != 3 && argc != 4)
        die("usage", "limit_probe CONNINFO URL [CA_FILE]");
    curl_global_init(CURL_GLOBAL_ALL);
    probe.claiming = dial(argv[1], "claim", claim_text);
    probe.recording = dial(argv[1], "record", record_text);
    set_up(&probe, argv[2], argc == 4 ? argv[3] : NULL);
    began_at_ms = now_ms();
    while (!probe.is_dry || probe.is_recording || probe.idle.n < SLOTS) {
        struct curl_waitfd extra[] = {
            {PQsocket(probe.claiming),  CURL_WAIT_POLLIN, 0},
            {PQsocket(probe.recording), CURL_WAIT_POLLIN, 0}
        };

        claim(&probe);
        run_transfers(&probe);
        record(&probe);
        curl_multi_poll(probe.multi, extra, 2, RECORD_MS, NULL);
    }
    printf("{\"sent\": %ld, \"seconds\": %.6f}\n", probe.sent,
        (now_ms() - began_at_ms) / 1e3);
    PQfinish(probe.claiming);
    PQfinish(probe.recording);
    return 0;
}
