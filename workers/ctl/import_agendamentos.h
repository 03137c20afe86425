/*
 * import_agendamentos.h - `carteiro agendamento importar`: a spreadsheet's appointments.
 *
 * Rows go out in batches, as objects of folded header to cell; the SQL function
 * agendamento_importar knows what the columns mean and saves each row by itself. A batch
 * is a transaction; an import that was interrupted is finished by running it again.
 */
#ifndef IMPORT_AGENDAMENTOS_H
#define IMPORT_AGENDAMENTOS_H

#include "import.h"

/* As import_run; `tag` is not used. */
int import_agendamentos_run(const struct import_opts *opts);

#endif
