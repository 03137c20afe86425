/*
 * carteiro-sender: claims messages, keeps to the rates, POSTs them, records what became
 * of them. Any number of them run side by side.
 */
#include "service.h"
#include "start.h"

int
main(int argc, char **argv)
{
    static const struct service_program program = {
        .name = "carteiro-sender",
        .about =
            "Claims messages of fila_mensagens, takes rate tokens from Redis, sends\n"
            "them through the WhatsApp Cloud API and records what became of them.",
        .start = sender_start,
        .drain = sender_drain,
        .done = sender_done,
    };

    return service_main(&program, argc, argv);
}
