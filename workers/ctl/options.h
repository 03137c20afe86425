/*
 * options.h - the options of each command, in the order of --help. For commands.c alone.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"

/* clang-format off */
#define EMPRESA {"empresa", KIND_TEXT, "company, by name or id (default: the only one)", false, false}
#define EMPRESA_OU_TODAS {"empresa", KIND_TEXT, "company, by name or id; todas: all without their own (default: the only one)", false, false}
#define END {NULL, KIND_TEXT, NULL, false, false}

static const struct command_option NONE[] = {END};
static const struct command_option OF_EMPRESA[] = {EMPRESA, END};
static const struct command_option CAMPANHA[] = {
    {"id", KIND_ID, "the campaign", true, true}, END};

static const struct command_option CONFIG_CHECK[] = {
    {"arquivo", KIND_TEXT, "the file (default: as --config)", false, true}, END};

static const struct command_option MIGRAR[] = {
    {"show", KIND_FLAG, "list what is pending and change nothing", false, false},
    {"to", KIND_INT, "up to this migration (default: the newest)", false, false}, END};

static const struct command_option EMPRESA_SALVAR[] = {
    {"nome", KIND_TEXT, "its name", true, true},
    {"fuso", KIND_TEXT, "IANA zone (America/Sao_Paulo when made)", false, false},
    {"marca_presenca", KIND_TEXT, "sim: it marks who came, so who did not is written to; or não (when made)", false, false}, END};

static const struct command_option CONTA_SALVAR[] = {
    {"waba_id", KIND_TEXT, "WhatsApp Business account id", true, true},
    {"token_arquivo", KIND_TEXT, "file in secrets.dir with the access token; a bare name", false, false},
    {"segredo_arquivo", KIND_TEXT, "file in secrets.dir with the app secret; a bare name", false, false},
    {"app_id", KIND_TEXT, "Meta app id", false, false},
    {"portfolio", KIND_TEXT, "Meta business portfolio id; the company's own", false, false},
    {"alcance_limite", KIND_INT, "people its portfolio may write to outside the 24 h window in 24 h (0: no limit)", false, false}, EMPRESA, END};

static const struct command_option NUMERO_SALVAR[] = {
    {"identificador", KIND_TEXT, "Meta's phone_number_id", true, true},
    {"telefone", KIND_TEXT, "the number itself", false, false},
    {"taxa", KIND_NUMBER, "messages per second (default: sender.taxa_padrao)", false, false},
    {"rajada", KIND_INT, "burst, in messages", false, false},
    {"padrao", KIND_FLAG, "messages that name no number leave by this one", false, false},
    {"ativo", KIND_TEXT, "sim or não", false, false},
    {"conta", KIND_TEXT, "WABA id of its account (default: the only one)", false, false}, EMPRESA, END};

static const struct command_option MODELO_SALVAR[] = {
    {"nome", KIND_TEXT, "a-z, 0-9 and _", true, true},
    {"corpo", KIND_TEXT, "the text, with {placeholders}", true, false},
    {"parametros", KIND_LIST, "the placeholders in their order (default: from corpo)", false, false},
    {"categoria", KIND_TEXT, "marketing, utility or authentication", false, false},
    {"idioma", KIND_TEXT, "default pt_BR", false, false},
    {"situacao", KIND_TEXT, "aprovado: it is at Meta already", false, false},
    {"nomeado", KIND_FLAG, "Meta knows its placeholders by name (parameter_format NAMED)", false, false},
    {"conta", KIND_TEXT, "WABA id of the account (default: the only one)", false, false}, EMPRESA, END};

static const struct command_option MODELO_PUBLICAR[] = {
    {"nome", KIND_TEXT, "the template (default: every draft)", false, true},
    EMPRESA, END};

static const struct command_option CLIENTE_SALVAR[] = {
    {"nome", KIND_TEXT, "the person's name", true, true},
    {"telefone", KIND_TEXT, "with area code; +country for others than Brazil", true, true},
    {"especialidade_nome", KIND_TEXT, "specialty", false, false},
    {"regiao", KIND_TEXT, "region", false, false},
    {"tags", KIND_LIST, "replaces those there are", false, false},
    {"data_nascimento", KIND_TEXT, "birthday: 1980-12-31", false, false},
    {"fuso", KIND_TEXT, "IANA zone (default: of the area code)", false, false},
    {"metadata", KIND_JSON, "an object, merged into the one there is", false, false},
    {"status", KIND_TEXT, "ativo or optout", false, false}, EMPRESA, END};

static const struct command_option CLIENTE_IMPORTAR[] = {
    {"arquivo", KIND_TEXT, "CSV of contacts; - reads standard input", true, true},
    {"tag", KIND_TEXT, "for everybody in the file", false, false},
    {"ensaio", KIND_FLAG, "do everything, say what came of it, keep nothing", false, false},
    {"rejeitados", KIND_TEXT, "write the rejected rows to this CSV file (default: stderr)", false, false}, EMPRESA, END};

static const struct command_option AGENDAMENTO_IMPORTAR[] = {
    {"arquivo", KIND_TEXT, "CSV of appointments; - reads standard input", true, true},
    {"ensaio", KIND_FLAG, "do everything, say what came of it, keep nothing", false, false},
    {"rejeitados", KIND_TEXT, "write the rejected rows to this CSV file (default: stderr)", false, false}, EMPRESA, END};

static const struct command_option CONSENTIMENTO_REGISTRAR[] = {
    {"cliente_id", KIND_ID, "the person", true, true},
    {"finalidade", KIND_TEXT, "marketing or transacional", true, false},
    {"texto", KIND_TEXT, "the wording that the person agreed to", true, false},
    {"canal", KIND_TEXT, "where it was given", false, false},
    {"evidencia", KIND_TEXT, "where the proof lies", false, false}, END};

static const struct command_option CONSENTIMENTO_REVOGAR[] = {
    {"cliente_id", KIND_ID, "the person", true, true},
    {"finalidade", KIND_TEXT, "marketing or transacional", true, false},
    {"canal", KIND_TEXT, "where it was withdrawn", false, false},
    {"evidencia", KIND_TEXT, "where the proof lies", false, false}, END};

static const struct command_option SUPRESSAO_INCLUIR[] = {
    {"telefone", KIND_TEXT, "the number not to write to", true, true},
    {"motivo", KIND_TEXT, "why", true, false}, EMPRESA, END};

static const struct command_option SUPRESSAO_RETIRAR[] = {
    {"telefone", KIND_TEXT, "the number", true, true},
    {"motivo", KIND_TEXT, "why", true, false}, EMPRESA, END};

static const struct command_option CHAVE_CRIAR[] = {
    {"nome", KIND_TEXT, "what it is for", true, true},
    {"papel", KIND_TEXT, "leitura or escrita (default)", false, false},
    {"expira_em", KIND_TEXT, "when it ends (default: never)", false, false}, EMPRESA, END};

static const struct command_option CHAVE[] = {
    {"id", KIND_INT, "the key, as chave listar shows it", true, true}, END};

static const struct command_option ENFILEIRAR[] = {
    {"cliente_id", KIND_ID, "the person", true, true},
    {"conteudo", KIND_TEXT, "the text, with {placeholders}; goes while the 24 h window is open", false, false},
    {"tipo", KIND_TEXT, "resposta, followup, campanha, lembrete, ... (default resposta)", false, false},
    {"agendar_para", KIND_TEXT, "not before: 2026-12-01T09:00 (default: now)", false, false},
    {"prioridade", KIND_INT, "1 to 10, higher first (default 5)", false, false},
    {"modelo", KIND_TEXT, "the template that goes when the window is closed", false, false},
    {"parametros", KIND_JSON, "values of the template's placeholders, in order", false, false},
    {"metadata", KIND_JSON, "an object; its keys fill placeholders", false, false},
    {"garantia", KIND_TEXT, "no_maximo_uma or pelo_menos_uma", false, false},
    {"valido_ate", KIND_TEXT, "after this it is not sent any more", false, false}, END};

static const struct command_option FILA_PAUSAR[] = {
    {"motivo", KIND_TEXT, "why", true, true},
    {"ate", KIND_TEXT, "until: 2026-12-01T09:00 (default: until retomar)", false, false},
    {"numero", KIND_TEXT, "this number alone: phone_number_id, phone or id", false, false},
    {"empresa", KIND_TEXT, "this company alone (none of these: everything)", false, false},
    {"conta", KIND_TEXT, "this account alone: WABA id", false, false},
    {"modelo", KIND_TEXT, "this template of the company alone", false, false}, END};

static const struct command_option FILA_RETOMAR[] = {
    {"numero", KIND_TEXT, "the number: phone_number_id, phone or id", false, false},
    {"empresa", KIND_TEXT, "the company (none of these: the pause of everything)", false, false},
    {"conta", KIND_TEXT, "the account: WABA id", false, false},
    {"modelo", KIND_TEXT, "the template of the company", false, false}, END};

static const struct command_option MENSAGEM[] = {
    {"id", KIND_ID, "the message", true, true}, END};

static const struct command_option FILA_EXPLICAR[] = {
    {"id", KIND_ID, "the message; with --campanha, the person", true, true},
    {"campanha", KIND_ID, "why this person has not got the message of the campaign", false, false}, END};

static const struct command_option CAMPANHA_CRIAR[] = {
    {"nome", KIND_TEXT, "its name", true, false},
    {"tipo", KIND_TEXT, "primeiro_contato, followup or promocional", true, false},
    {"mensagem_template", KIND_TEXT, "the text, with {placeholders}; goes while the 24 h window is open", false, false},
    {"modelo", KIND_TEXT, "the template that goes when the window is closed", false, false},
    {"filtro_especialidades", KIND_LIST, "any of these", false, false},
    {"filtro_regioes", KIND_LIST, "any of these", false, false},
    {"filtro_tags", KIND_LIST, "all of these", false, false},
    {"agendar_para", KIND_TEXT, "start by itself then: 2026-12-01T09:00, in the company's zone", false, false},
    {"max_por_dia", KIND_INT, "people a day (default 50; nenhum: no limit)", false, false},
    {"metadata", KIND_JSON, "an object; its keys fill placeholders", false, false},
    {"numero", KIND_TEXT, "sending number (default: the company's; todos: all, each person by one)", false, false},
    {"segmento", KIND_TEXT, "its people: a segment by name (segmento listar)", false, false},
    {"criterios", KIND_JSON, "its people: criteria, as of segmento salvar", false, false},
    {"erro_limite", KIND_NUMBER, "pauses when more than this part fails (default 0.10; nenhum: never)", false, false},
    {"valido_ate", KIND_TEXT, "nothing of it is sent after this", false, false}, EMPRESA, END};

static const struct command_option CAMPANHA_EDITAR[] = {
    {"id", KIND_ID, "the campaign", true, true},
    {"nome", KIND_TEXT, "its name", false, false},
    {"mensagem_template", KIND_TEXT, "the text, for whoever has not got it", false, false},
    {"modelo", KIND_TEXT, "the template", false, false},
    {"metadata", KIND_JSON, "replaces the object there is", false, false},
    {"max_por_dia", KIND_INT, "people a day (nenhum: no limit)", false, false},
    {"agendar_para", KIND_TEXT, "start by itself then", false, false},
    {"valido_ate", KIND_TEXT, "nothing of it is sent after this", false, false},
    {"segmento", KIND_TEXT, "its people, before its start: a segment by name", false, false},
    {"criterios", KIND_JSON, "its people, before its start: criteria", false, false},
    {"filtro_especialidades", KIND_LIST, "any of these", false, false},
    {"filtro_regioes", KIND_LIST, "any of these", false, false},
    {"filtro_tags", KIND_LIST, "all of these", false, false},
    {"erro_limite", KIND_NUMBER, "pauses when more than this part fails", false, false}, END};

static const struct command_option CAMPANHA_COPIAR[] = {
    {"id", KIND_ID, "the campaign", true, true},
    {"nome", KIND_TEXT, "name of the copy", false, false}, END};

static const struct command_option CAMPANHA_TESTAR[] = {
    {"id", KIND_ID, "the campaign", true, true},
    {"numeros", KIND_LIST, "phones that get it at once, outside list and report", true, true}, END};

static const struct command_option CAMPANHA_REENVIAR[] = {
    {"id", KIND_ID, "the campaign", true, true},
    {"classe", KIND_TEXT, "passageiro (default), conta, conteudo, destinatario, limite_pessoa or outro", false, true}, END};

static const struct command_option SEGMENTO_SALVAR[] = {
    {"nome", KIND_TEXT, "a-z, 0-9 and _", true, true},
    {"criterios", KIND_JSON, "an object: especialidade, regiao, tag, status, engajamento, ultimo_contato, inativo_desde", true, false},
    {"titulo", KIND_TEXT, "what people read", false, false}, EMPRESA, END};

static const struct command_option SEGMENTO[] = {
    {"nome", KIND_TEXT, "the segment", true, true}, EMPRESA, END};

static const struct command_option SEGMENTO_PREVIA[] = {
    {"segmento", KIND_TEXT, "by its name", false, true},
    {"criterios", KIND_JSON, "by criteria, or both", false, false}, EMPRESA, END};

static const struct command_option CAMPANHA_PAUSAR[] = {
    {"id", KIND_ID, "the campaign", true, true},
    {"motivo", KIND_TEXT, "why", false, false},
    {"ate", KIND_TEXT, "goes on by itself then: 2026-12-01T09:00 (default: until retomar)", false, false}, END};

static const struct command_option CAMPANHA_LISTAR[] = {
    {"limite", KIND_INT, "how many, newest first (default 50)", false, false}, EMPRESA, END};

static const struct command_option REGRA[] = {
    {"nome", KIND_TEXT, "the rule", true, true}, EMPRESA, END};

static const struct command_option REGRA_SALVAR[] = {
    {"nome", KIND_TEXT, "the rule", true, true},
    {"atraso", KIND_TEXT, "when it fires: '3 days', '-24 hours'", false, false},
    {"max_envios", KIND_INT, "messages of a chain", false, false},
    {"carencia", KIND_TEXT, "rest between two chains: '30 days'", false, false},
    {"validade", KIND_TEXT, "how late a firing may still leave: '3 days'", false, false},
    {"prioridade", KIND_INT, "1 to 10, higher first", false, false},
    {"texto", KIND_TEXT, "the text, with {placeholders}", false, false},
    {"modelo", KIND_TEXT, "the template that goes when the 24 h window is closed", false, false},
    {"ordem", KIND_INT, "which text of the rule (default 1)", false, false}, EMPRESA, END};

static const struct command_option CONVERSA[] = {
    {"id", KIND_ID, "the conversation", true, true}, END};

static const struct command_option CONVERSA_ASSUMIR[] = {
    {"id", KIND_ID, "the conversation", true, true},
    {"por", KIND_TEXT, "who takes it", false, false}, END};

static const struct command_option CONVERSA_ETAPA[] = {
    {"id", KIND_ID, "the conversation", true, true},
    {"etapa", KIND_TEXT, "primeiro_contato, interesse, oferta or nenhuma", true, true}, END};

static const struct command_option CONVERSA_LISTAR[] = {
    {"controlada_por", KIND_TEXT, "ai or humano", false, false},
    {"etapa", KIND_TEXT, "primeiro_contato, interesse or oferta", false, false},
    {"limite", KIND_INT, "how many, newest first (default 50)", false, false}, EMPRESA, END};

static const struct command_option FOLLOWUP_AGENDAR[] = {
    {"user_id", KIND_TEXT, "the person: id, external id or phone", true, true},
    {"channel", KIND_TEXT, "whatsapp", false, false},
    {"followup_type", KIND_TEXT, "post_service (default), post_purchase, reminder or reengagement", false, false},
    {"delay_hours", KIND_NUMBER, "from now (default: the type's)", false, false},
    {"reminder_time", KIND_TEXT, "then: 2026-12-01T09:00, in the company's zone", false, false},
    {"message", KIND_TEXT, "instead of the type's text, with {placeholders}", false, false},
    {"message_template", KIND_TEXT, "the same", false, false},
    {"metadata", KIND_JSON, "an object; its keys fill placeholders", false, false},
    {"modelo", KIND_TEXT, "the template that goes when the 24 h window is closed", false, false}, EMPRESA, END};

static const struct command_option FOLLOWUP_CANCELAR[] = {
    {"user_id", KIND_TEXT, "the person: id, external id or phone", true, true},
    {"followup_type", KIND_TEXT, "of this type only", false, true}, EMPRESA, END};

static const struct command_option FOLLOWUP_LISTAR[] = {
    {"user_id", KIND_TEXT, "of this person only", false, true},
    {"status", KIND_TEXT, "planejado, enfileirado, enviado, erro, cancelado, pulado or expirado", false, false},
    {"limite", KIND_INT, "how many, newest first (default 50)", false, false}, EMPRESA, END};

static const struct command_option JANELA_SALVAR[] = {
    {"proposito", KIND_TEXT, "marketing, transacional or dono", true, true},
    {"dias", KIND_TEXT, "the days: seg-sex, sab, todos; the others stay as they are", true, false},
    {"inicio", KIND_TEXT, "from: 9h, 9h30", true, false},
    {"fim", KIND_TEXT, "until: 20h; 24:00 is the end of the day", true, false},
    {"feriados", KIND_TEXT, "also on holidays: sim or não (default: not for marketing)", false, false},
    {"acrescentar", KIND_FLAG, "beside the windows that these days have", false, false}, EMPRESA_OU_TODAS, END};
static const struct command_option JANELA_FECHAR[] = {
    {"proposito", KIND_TEXT, "marketing, transacional or dono", true, true},
    {"dias", KIND_TEXT, "the days without any: dom", true, false}, EMPRESA_OU_TODAS, END};
static const struct command_option JANELA[] = {
    {"proposito", KIND_TEXT, "marketing, transacional or dono (default: all three)", false, true}, EMPRESA_OU_TODAS, END};
static const struct command_option OF_EMPRESA_OU_TODAS[] = {EMPRESA_OU_TODAS, END};
static const struct command_option FERIADO_SALVAR[] = {
    {"data", KIND_TEXT, "the day: 2027-07-09", true, true},
    {"nome", KIND_TEXT, "its name", true, true}, EMPRESA_OU_TODAS, END};
static const struct command_option FERIADO_REMOVER[] = {
    {"data", KIND_TEXT, "the day: 2027-07-09", true, true}, EMPRESA_OU_TODAS, END};
static const struct command_option FERIADO_LISTAR[] = {
    {"ano", KIND_INT, "the year (default: this one)", false, true}, EMPRESA_OU_TODAS, END};
static const struct command_option FERIADO_FACULTATIVOS[] = {
    {"guarda", KIND_TEXT, "sim: Carnival and Corpus Christi are holidays; não: they are not", true, true}, EMPRESA, END};
static const struct command_option FREQUENCIA_SALVAR[] = {
    {"proposito", KIND_TEXT, "marketing or transacional", true, true},
    {"maximo", KIND_INT, "at most so many messages to one person", true, false},
    {"dias", KIND_INT, "in so many days (default 1)", false, false}, EMPRESA_OU_TODAS, END};
static const struct command_option FREQUENCIA_REMOVER[] = {
    {"proposito", KIND_TEXT, "marketing or transacional (default: both)", false, true},
    {"dias", KIND_INT, "the limit of so many days alone", false, false}, EMPRESA_OU_TODAS, END};

static const struct command_option DONO_SALVAR[] = {
    {"nome", KIND_TEXT, "the owner's name", true, true},
    {"telefone", KIND_TEXT, "with area code; +country for others than Brazil", true, true},
    {"tipos", KIND_LIST, "which messages: daily_summary, inactive_clients, birthdays, opportunities, low_occupancy, custom_campaign (todos: all, as when made)", false, false},
    {"ativo", KIND_TEXT, "sim or não", false, false}, EMPRESA, END};

static const struct command_option DONO_REMOVER[] = {
    {"dono", KIND_TEXT, "the owner, by id or phone", true, true}, EMPRESA, END};

static const struct command_option PROATIVO_DISPARAR[] = {
    {"type", KIND_TEXT, "daily_summary, inactive_clients, birthdays, opportunities, low_occupancy or custom_campaign", true, true},
    {"data", KIND_JSON, "of custom_campaign: targetAudience (inactive, vip, all), message, campaignType, modelo", false, false},
    {"ownerNumberId", KIND_TEXT, "the owner, by id or phone (default: the only one)", false, false}, EMPRESA, END};

static const struct command_option PROATIVO_PREVIA[] = {
    {"type", KIND_TEXT, "the type, as of disparar", true, true},
    {"data", KIND_JSON, "as of disparar", false, false}, EMPRESA, END};

static const struct command_option PROATIVO_LISTAR[] = {
    {"status", KIND_TEXT, "pending, sent or failed", false, false},
    {"limite", KIND_INT, "how many, newest first (default 50)", false, false}, EMPRESA, END};

static const struct command_option AGENDA[] = {
    {"nome", KIND_TEXT, "the schedule", true, true},
    {"empresa", KIND_TEXT, "for this company alone (default: all)", false, false}, END};

static const struct command_option AGENDA_LISTAR[] = {
    {"empresa", KIND_TEXT, "those that act for this company (default: all there are)", false, false}, END};

static const struct command_option AGENDA_SALVAR[] = {
    {"nome", KIND_TEXT, "the schedule", true, true},
    {"cron", KIND_TEXT, "minute, hour, day, month, day of week: '0 9 * * mon-fri'", false, false},
    {"fuso", KIND_TEXT, "IANA zone (default: the company's)", false, false},
    {"perdidas", KIND_TEXT, "runs missed meanwhile: pular, ultima (default) or todas", false, false},
    {"acao", KIND_TEXT, "what it does (default: what it is called)", false, false},
    {"empresa", KIND_TEXT, "for this company alone (default: all)", false, false}, END};

static const struct command_option AGENDA_PREVIA[] = {
    {"nome", KIND_TEXT, "the schedule", true, true},
    {"n", KIND_INT, "how many (default 5)", false, true},
    {"empresa", KIND_TEXT, "as it is for this company", false, false}, END};

static const struct command_option PLANEJADOR_SIMULAR[] = {
    {"ate", KIND_TEXT, "until: 2026-12-01T09:00", true, true},
    {"empresa", KIND_TEXT, "of this company alone (default: all)", false, false}, END};

static const struct command_option AGENDAMENTO_SALVAR[] = {
    {"inicio", KIND_TEXT, "2026-12-01T09:00, in the company's zone", false, true},
    {"telefone", KIND_TEXT, "the person, with area code; made when not known", false, false},
    {"nome", KIND_TEXT, "their name, for who is not known yet", false, false},
    {"cliente_id", KIND_ID, "or the person by id", false, false},
    {"fim", KIND_TEXT, "its end", false, false},
    {"duracao_min", KIND_INT, "or its length (default 60)", false, false},
    {"servico", KIND_TEXT, "what for", false, false},
    {"profissional", KIND_TEXT, "with whom", false, false},
    {"valor", KIND_NUMBER, "its price", false, false},
    {"pet_nome", KIND_TEXT, "the person's pet, by name; made when not known", false, false},
    {"pet_id", KIND_ID, "or by id", false, false},
    {"externo_id", KIND_TEXT, "its id in another system: the same again changes it", false, false},
    {"id", KIND_ID, "the appointment to change", false, false},
    {"status", KIND_TEXT, "agendado, confirmado, realizado, faltou or cancelado", false, false},
    {"permite_followup", KIND_TEXT, "may be written to afterwards: sim or não (default: a consent in force)", false, false},
    {"metadata", KIND_JSON, "an object; its keys fill placeholders", false, false}, EMPRESA, END};

static const struct command_option AGENDAMENTO_REMARCAR[] = {
    {"id", KIND_ID, "the appointment", true, true},
    {"inicio", KIND_TEXT, "its new time: 2026-12-01T09:00, in the company's zone", true, true},
    {"fim", KIND_TEXT, "its new end (default: as long as before)", false, false}, END};

static const struct command_option AGENDAMENTO[] = {
    {"id", KIND_ID, "the appointment", true, true}, END};

static const struct command_option AGENDAMENTO_STATUS[] = {
    {"id", KIND_ID, "the appointment", true, true},
    {"status", KIND_TEXT, "agendado, confirmado, realizado, faltou or cancelado", true, true}, END};

static const struct command_option AGENDAMENTO_LISTAR[] = {
    {"de", KIND_TEXT, "that start from (default: today)", false, false},
    {"ate", KIND_TEXT, "to (default: a week on)", false, false},
    {"status", KIND_TEXT, "agendado, confirmado, realizado, faltou or cancelado", false, false},
    {"limite", KIND_INT, "how many", false, false}, EMPRESA, END};

static const struct command_option JOB[] = {
    {"empresa", KIND_TEXT, "of this company alone (default: all)", false, false}, END};

static const struct command_option HORARIO_SALVAR[] = {
    {"dias", KIND_TEXT, "the days: seg-sex, sab, todos", true, true},
    {"inicio", KIND_TEXT, "from: 9h, 9h30", true, false},
    {"fim", KIND_TEXT, "until: 18h", true, false},
    {"duracao_min", KIND_INT, "length of a slot (default 60)", false, false},
    {"profissional", KIND_TEXT, "theirs (default: the company's)", false, false}, EMPRESA, END};

static const struct command_option HORARIO[] = {
    {"id", KIND_INT, "the hours, as horario listar shows them", true, true}, END};

static const struct command_option PET_SALVAR[] = {
    {"cliente_id", KIND_ID, "the tutor", true, true},
    {"nome", KIND_TEXT, "the pet's name", true, true},
    {"especie", KIND_TEXT, "cachorro, gato, ...", false, false},
    {"data_nascimento", KIND_TEXT, "birthday: 2020-12-31", false, false},
    {"externo_id", KIND_TEXT, "its id in another system", false, false}, END};

static const struct command_option AVISO_RESOLVER[] = {
    {"id", KIND_INT, "the notice", true, true},
    {"por", KIND_TEXT, "who has looked", false, false}, END};

static const struct command_option RESPOSTA_LISTAR[] = {
    {"limite", KIND_INT, "how many, oldest first (default 100)", false, false}, EMPRESA, END};

static const struct command_option RESPOSTA_RESOLVER[] = {
    {"id", KIND_INT, "the answer", true, true},
    {"classe", KIND_TEXT, "what it meant: positiva, negativa, feedback, confirmar, cancelar, remarcar, optout, numero_errado or nenhuma", true, true},
    {"por", KIND_TEXT, "who says so", false, false}, END};
/* clang-format on */

#endif
