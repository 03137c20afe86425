/*
 * whatsapp.h - what a message looks like to the Cloud API, and what its answer means.
 *
 * Pure decisions, no I/O. Rules are Meta's: the guide "Send messages", the table of error
 * codes of December 2025, and what was seen of its behaviour.
 */
#ifndef WHATSAPP_H
#define WHATSAPP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "fault.h"
#include "rc.h"

/* A message as the queue holds it. Personal data, never log it. */
struct whatsapp_mensagem {
    const char *destino;  /* E.164, or a user id (BSUID) where no phone is known */
    const char *formato;  /* texto, template, interativo, midia, reacao */
    const char *conteudo; /* the text */
    /* JSON object, NULL: none. Of interativo, midia and reacao the member that joins the
     * request, {"image": {...}}; of texto {"preview_url": true}; of a template further
     * components, {"components": [...]} (header, buttons), whatever else goes when the
     * window is open. */
    const char *carga;
    const char *modelo_nome; /* template */
    const char *modelo_idioma;
    const char *parametros;  /* the body placeholders' values: JSON array, in order, or
                                object, by name; NULL: none */
    const char *resposta_a;  /* wamid of the message it quotes; NULL: none */
    const char *mensagem_id; /* with reserva_seq: biz_opaque_callback_data */
    long long reserva_seq;
};

/* Appends the request's JSON to `out`. RC_REJECTED with `fault` (its code is the column,
 * its text begins with the path, such as
 * "carga.interactive.action.buttons[1].reply.title: longer than 20 characters"; never the
 * content) when Meta would refuse it; RC_OOM, also when `out` is full. `out` is then of
 * no use. */
enum rc whatsapp_body(const struct whatsapp_mensagem *mensagem, struct buf *out,
    struct fault *fault) MUST_USE;

/* Appends the request that marks the message `resposta_a` as read and shows "digitando…",
 * to be POSTed where messages are. RC_REJECTED: not a wamid. */
enum rc whatsapp_typing(const char *resposta_a, struct buf *out) MUST_USE;

/* Appends "/v23.0/<phone_number_id>/messages". RC_REJECTED unless the version is v<n>.<n>
 * and the id 5 to 20 digits. */
enum rc whatsapp_messages_path(
    const char *version, const char *phone_number_id, struct buf *out) MUST_USE;

enum whatsapp_verdict {
    WHATSAPP_SENT,    /* accepted: there is a wamid */
    WHATSAPP_UNKNOWN, /* it may have gone out: wait for a webhook, do not repeat */
    WHATSAPP_RETRY, /* certainly not processed: again later, how is the class's matter */
    WHATSAPP_REJECTED, /* will always fail */
};

/* What a refusal is about, and so who must wait or stop. */
enum whatsapp_class {
    WHATSAPP_OK,
    WHATSAPP_NOT_SENT, /* no byte left us: name, connect, TLS */
    WHATSAPP_CUT,      /* no whole answer, or one that proves nothing */
    WHATSAPP_SLOW_SENDER,
    WHATSAPP_SLOW_PAIR,
    WHATSAPP_SLOW_APP,
    WHATSAPP_MAYBE, /* a code that does not say whether it went out */
    WHATSAPP_LATER,
    WHATSAPP_PAUSE_SENDER,
    WHATSAPP_PAUSE_ACCOUNT,
    WHATSAPP_PAUSE_TEMPLATE,
    WHATSAPP_DEAD_RECIPIENT,
    WHATSAPP_OPT_OUT,
    WHATSAPP_NO_RETRY_24H,
    WHATSAPP_NEEDS_TEMPLATE, /* the 24 h window is closed after all: again, as template */
    WHATSAPP_BUG,
    WHATSAPP_CLASSES,
};

/* "ok", "slow_sender", ...: label of metrics and tentativas.classe; static text. */
const char *whatsapp_class_name(enum whatsapp_class class_);

/* One row of Meta's table of codes. */
struct whatsapp_error {
    int code;
    enum whatsapp_verdict verdict; /* of a synchronous answer */
    enum whatsapp_class class_;
    int wait_s;          /* how long whoever it is about waits; 0: the class says */
    const char *meaning; /* short, English */
};

/* NULL: a code we do not know. 200 to 299 are one row. */
const struct whatsapp_error *whatsapp_error_find(int code);

/* What the network and Meta said; filled by the caller from an HTTP reply. */
enum whatsapp_transport {
    WHATSAPP_ANSWERED,
    WHATSAPP_NEVER_LEFT,
    WHATSAPP_UNANSWERED,
};

struct whatsapp_answer {
    enum whatsapp_transport transport;
    int status;       /* HTTP */
    const char *body; /* NUL-terminated; NULL: none */
    size_t body_bytes;
};

enum { WHATSAPP_WAMID_BYTES = 200, WHATSAPP_WA_ID_BYTES = 40, WHATSAPP_ERRO_BYTES = 200 };

struct whatsapp_judgement {
    enum whatsapp_verdict verdict;
    enum whatsapp_class class_;
    int code;                         /* Graph error; 0: none */
    int wait_s;                       /* of the code's row */
    bool is_held;                     /* held for quality assessment: entrega retida */
    char wamid[WHATSAPP_WAMID_BYTES]; /* "" unless SENT */
    char wa_id[WHATSAPP_WA_ID_BYTES]; /* "" when not said */
    char erro[WHATSAPP_ERRO_BYTES]; /* one line: meaning of the code and Meta's trace id;
                                       never details, which may quote the message */
};

/* Order matters: first what the network did, then what Meta named, then the status class.
 * A cut answer is never a retry: the customer may already have it. The status counts only
 * where no code is known: throttling comes as 400, and a stranger's page as anything. */
void whatsapp_judge(
    const struct whatsapp_answer *answer, struct whatsapp_judgement *ret_judgement);

/* Of Meta's header X-Business-Use-Case-Usage: in how many seconds the account may call
 * again, 0 when it does not say (or `usage` is NULL). */
long whatsapp_regain_s(const char *usage);

#endif
