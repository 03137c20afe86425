/*
 * The tables of numbers and lanes, kept by looks at the queue.
 *
 * A look (looks.c) tells which lanes hold waiting messages and when the first of each is
 * due. A lane that it does not find has nothing to give; it keeps its floor for a minute,
 * for a campaign that is only being refilled, and is then forgotten. Numbers are asked
 * for at start, every 30 s, and when a lane names one we do not know.
 */
#include "numeros.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "reach.h"
#include "round.h"
#include "whatsapp.h"

enum {
    LANE_FORGET_MS = 60000,
    NUMEROS_AGAIN_MS = 1000,
    TOKEN_MISSING_MS = 5000,
    CLAIM_MS = 10, /* a token that lives no longer is of no use for a claim */
    PATH_MAX_BYTES = 4096
};

#define THROTTLED_FATOR 0.7

static uint64_t
lane_key(int numero_id, int prioridade, int faixa)
{
    return (uint64_t)(uint32_t)numero_id << 36 | (uint64_t)(uint32_t)prioridade << 32 |
           (uint32_t)faixa;
}

struct lane *
lane_find(const struct sender *sender, int numero_id, int prioridade, int faixa)
{
    return map_get(&sender->lanes, lane_key(numero_id, prioridade, faixa));
}

void
lane_drained(struct lane *lane)
{
    lane->due_at_ms = INT64_MAX;
}

static void
lane_free(struct sender *sender, struct lane *lane)
{
    map_remove(&sender->lanes, lane_key(lane->numero->id, lane->prioridade, lane->faixa));
    list_remove(&lane->node);
    mem_free(lane);
}

static void
numero_free(struct numero *numero)
{
    if (!numero)
        return;
    mem_free(numero->identificador);
    mem_free(numero->url);
    mem_free(numero->token_arquivo);
    mem_free_secret(numero->token);
    mem_free(numero);
}

void
numeros_done(struct sender *sender)
{
    void *value;

    for (uint32_t at = 0; (value = map_next(&sender->lanes, &at));)
        mem_free(value);
    for (uint32_t at = 0; (value = map_next(&sender->numeros, &at));)
        numero_free(value);
    map_done(&sender->lanes);
    map_done(&sender->numeros);
}

void
numero_hold(struct sender *sender, struct numero *numero, int64_t ms)
{
    int64_t until_ms = loop_now_ms(sender->loop) + ms;

    if (until_ms > numero->hold_until_ms)
        numero->hold_until_ms = until_ms;
    numero->kept = 0;
}

void
numero_throttled(struct numero *numero)
{
    numero->taxa *= THROTTLED_FATOR;
    numero->kept = 0;
}

void
numero_keep(struct sender *sender, struct numero *numero, int tokens, struct token token)
{
    bool is_more = numero->kept > 0 && numero->kept_until_ms > loop_now_ms(sender->loop);

    /* the database's are paid when they are used; those of a guess were not taken */
    if (token.until_us == INT64_MAX || token.until_us == 0)
        return;
    numero->kept = is_more ? numero->kept + tokens : tokens;
    numero->kept_token = is_more ? token_both(numero->kept_token, token) : token;
    numero->kept_until_ms = numero->kept_token.until_us / 1000 - CLAIM_MS;
}

void
numeros_new_epoca(struct sender *sender)
{
    struct numero *numero;
    struct lane *lane;

    for (uint32_t at = 0; (numero = map_next(&sender->numeros, &at));)
        numero->kept = 0, numero->wait_until_ms = 0;
    for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));)
        lane->wait_until_ms = 0;
}

/* The token of a file in secrets.dir, or, for a first try, the one of META_ACCESS_TOKEN.
 */
void
numero_read_token(struct sender *sender, struct numero *numero)
{
    const struct config *config = sender->config;
    char path[PATH_MAX_BYTES];

    mem_free_secret(steal(&numero->token));
    int n = snprintf(path, sizeof(path), "%s/%s",
        config->secrets.dir ? config->secrets.dir : "", numero->token_arquivo);
    if (config->secrets.dir && n > 0 && (size_t)n < sizeof(path))
        numero->token = config_secret(path);
    if (!numero->token && config->whatsapp.access_token &&
        config->whatsapp.phone_number_id &&
        strcmp(config->whatsapp.phone_number_id, numero->identificador) == 0)
        numero->token = mem_strdup(config->whatsapp.access_token);
    if (!numero->token) {
        log_error("token.missing", LOG_N("numero_id", numero->id),
            LOG_S("file", numero->token_arquivo));
        numero_hold(sender, numero, TOKEN_MISSING_MS);
    }
}

static char *
numero_url(const struct sender *sender, const char *identificador)
{
    struct buf url;

    buf_init(&url, PATH_MAX_BYTES);
    buf_adds(&url, sender->config->whatsapp.base_url);
    if (whatsapp_messages_path(sender->config->whatsapp.version, identificador, &url) !=
        RC_OK)
        url.is_bad = true;
    char *taken = buf_take(&url);
    buf_done(&url);
    return taken;
}

static struct numero *
numero_new(struct sender *sender, const struct fila_numero *said)
{
    struct numero *numero = mem_new(struct numero);

    if (!numero)
        return NULL;
    list_init(&numero->lanes);
    numero->id = said->id;
    numero->identificador = mem_strdup(said->identificador);
    numero->token_arquivo = mem_strdup(said->token_arquivo);
    numero->url = numero_url(sender, said->identificador);
    if (!numero->identificador || !numero->token_arquivo || !numero->url ||
        map_put(&sender->numeros, (uint64_t)said->id, numero) != RC_OK) {
        numero_free(numero);
        return NULL;
    }
    return numero;
}

static void
numero_update(struct sender *sender, const struct fila_numero *said)
{
    struct numero *numero = map_get(&sender->numeros, (uint64_t)said->id);

    if (!numero)
        numero = numero_new(sender, said);
    if (!numero) {
        log_error("numero.refused", LOG_N("numero_id", said->id));
        return;
    }
    if (strcmp(numero->token_arquivo, said->token_arquivo) != 0) {
        char *name = mem_strdup(said->token_arquivo);
        if (name) {
            mem_free(numero->token_arquivo);
            numero->token_arquivo = name;
        }
    }
    numero->is_gone = false;
    numero->portfolio_id = said->portfolio_id;
    numero->conta_id = said->conta_id;
    if (numero->was_told && !numero->alcance_limite && said->alcance_limite)
        reach_count(sender, said->portfolio_id); /* nobody counted while there was none */
    numero->was_told = true;
    numero->alcance_limite = said->alcance_limite;
    numero_read_token(sender, numero);
}

static void
on_numeros(void *ctx, enum rc rc, const struct fila_numero *numeros, int n)
{
    struct sender *sender = ctx;
    struct numero *numero;

    if (rc != RC_OK)
        return;
    for (uint32_t at = 0; (numero = map_next(&sender->numeros, &at));)
        numero->is_gone = true;
    for (int i = 0; i < n; i++)
        numero_update(sender, &numeros[i]);
    sender->numeros_at_ms = loop_now_ms(sender->loop) + NUMERO_REFRESH_MS;
    sender_poke(sender);
}

/* Into its number's list, in order of prioridade, highest first. */
static void
lane_insert(struct numero *numero, struct lane *lane)
{
    struct list *at = numero->lanes.next;

    while (at != &numero->lanes &&
           list_entry(at, struct lane, node)->prioridade >= lane->prioridade)
        at = at->next;
    list_add_tail(at, &lane->node);
}

static struct lane *
lane_new(struct sender *sender, struct numero *numero, const struct fila_lane *said)
{
    struct lane *lane = mem_new(struct lane);

    if (!lane)
        return NULL;
    list_init(&lane->node);
    lane->numero = numero;
    lane->prioridade = said->prioridade;
    lane->faixa = said->faixa;
    if (map_put(&sender->lanes, lane_key(numero->id, said->prioridade, said->faixa),
            lane) != RC_OK) {
        mem_free(lane);
        return NULL;
    }
    lane_insert(numero, lane);
    return lane;
}

/* What throttling left of the rate changes the rate, not the burst. */
static void
numero_rate(
    const struct sender *sender, struct numero *numero, const struct fila_lane *said)
{
    double taxa =
        said->numero_taxa > 0 ? said->numero_taxa : sender->config->sender.taxa_padrao;

    numero->rajada =
        said->numero_rajada > 0 ? said->numero_rajada : (int)fmax(1.0, ceil(taxa / 10));
    numero->taxa = taxa * (said->fator > 0 ? said->fator : 1);
    meters_limite(numero->id, numero->taxa);
    meters_fator(numero->id, said->fator > 0 ? said->fator : 1);
}

static void
lane_update(struct sender *sender, const struct fila_lane *said, bool is_scan)
{
    int64_t now_ms = loop_now_ms(sender->loop);
    struct numero *numero = map_get(&sender->numeros, (uint64_t)said->numero_id);
    struct lane *lane = lane_find(sender, said->numero_id, said->prioridade, said->faixa);

    if (!numero) {
        /* a number of this minute: ask who it is */
        sender->numeros_at_ms = sender->numeros_asked_at_ms + NUMEROS_AGAIN_MS;
        return;
    }
    numero_rate(sender, numero, said);
    if (!lane)
        lane = lane_new(sender, numero, said);
    if (!lane)
        return;
    lane->peso = said->peso;
    lane->taxa = said->taxa;
    lane->seen_at_ms = now_ms;
    lane->due_at_ms = said->espera_ms > 0 ? now_ms + said->espera_ms : now_ms;
    lane->is_guess = false;
    /* due, and yet its floor gave nothing: what waits lies below it */
    if (is_scan && said->espera_ms <= 0 && lane->is_missed && lane->sweep_dear_ms == 0)
        lane->sweep_at_ms = now_ms;
    lane->is_missed = false;
}

void
lanes_told(struct sender *sender, const struct fila_lane *lanes, int n, bool is_scan)
{
    int64_t now_ms = loop_now_ms(sender->loop);
    struct lane *lane;

    for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));)
        lane_drained(lane);
    for (int i = 0; i < n; i++)
        lane_update(sender, &lanes[i], is_scan);
    for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));)
        if (now_ms - lane->seen_at_ms > LANE_FORGET_MS &&
            !round_holds(sender->round, lane)) {
            lane_free(sender, lane);
            break; /* one a look: the table moved under the walk */
        }
}

bool
lanes_guess(struct sender *sender, uint32_t n_max)
{
    int64_t now_ms = loop_now_ms(sender->loop);
    struct lane *lane;
    bool is_guessed = false;

    if (sender->lanes.n > n_max)
        return false;
    for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));)
        if (lane->due_at_ms > now_ms && lane->piso_em[0]) {
            lane->due_at_ms = now_ms;
            lane->is_guess = true;
            is_guessed = true;
        }
    return is_guessed;
}

void
lane_ask(const struct lane *lane, struct fila_ask *ret_ask)
{
    *ret_ask = (struct fila_ask){
        .numero_id = lane->numero->id,
        .prioridade = lane->prioridade,
        .faixa = lane->faixa,
        .k = lane->asked,
        .piso_em = lane->piso_em[0] ? lane->piso_em : NULL,
        .piso_ordem = lane->piso_ordem,
    };
}

void
numeros_look(struct sender *sender)
{
    int64_t now_ms = loop_now_ms(sender->loop);

    if (now_ms < sender->numeros_at_ms)
        return;
    /* RC_AGAIN: not connected, or asked already; the next look asks again */
    rc_ignored(fila_numeros(sender->fila, on_numeros, sender));
    sender->numeros_asked_at_ms = now_ms;
    sender->numeros_at_ms = now_ms + NUMERO_REFRESH_MS;
}

int64_t
lanes_next_at_ms(const struct sender *sender)
{
    int64_t next_at_ms = INT64_MAX;
    const struct lane *lane;

    for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));) {
        const struct numero *numero = lane->numero;
        if (lane->due_at_ms == INT64_MAX || numero->is_gone || !numero->token)
            continue; /* the next list of numbers pokes */
        int64_t at_ms = lane->due_at_ms;
        if (at_ms < lane->wait_until_ms)
            at_ms = lane->wait_until_ms;
        if (at_ms < numero->wait_until_ms && numero->kept == 0)
            at_ms = numero->wait_until_ms;
        if (at_ms < numero->hold_until_ms)
            at_ms = numero->hold_until_ms;
        if (at_ms < next_at_ms)
            next_at_ms = at_ms;
    }
    return next_at_ms;
}
