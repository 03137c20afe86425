"""Values for the fields of the API's document: one that serves for each name, and many that nobody wants."""

import datetime
import re

import jsonschema

# as JSON writes them, so that what no library would write is there too
STRINGS = ['""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\n\\t"', '"' + "x" * 300 + '"', '"' + "0" * 100_000 + '"', '"null"',
           '"\'; drop table fila_mensagens; --"', '"{nome}"', '"{"', '"%s%n"', '"-1"', '"12345678901234567890"', '"11987654321"',
           '"+1 (555) 0100"', '"infinity"', '"00000000-0000-0000-0000-000000000000"', '"' + "é" * 5000 + '"']
TIMES = ['"NaN"', '"-infinity"', '"now"', '"today"', '"epoch"', '"1e400"', '"0000-01-01"', '"0000-01-01T00:00"', '"0001-01-01T00:00:00Z"',
         '"294276-12-31T23:59:59Z"', '"294276-12-31"', '"9999-12-31T23:59:59Z"', '"4714-11-24 BC"', '"2026-02-30"', '"2026-13-01T00:00"',
         '"2026-12-01T25:00"', '"2026-12-01T09:00+99:99"', '"2149-12-30T23:00"', '"1970-01-02"', '"01a1fde5-ff9f-7eb3-883e"',
         '"zzzzzzzz-ff9f-7eb3-883e-70ed00ea3f33"', '"99:99"', '"24:00"']
OTHERS = ["null", "true", "0", "-1", "1", "1.5", "2147483647", "2147483648", "-9223372036854775809", "1e308", "1e400", "-0.0",
          "[]", "[[]]", "[[[1]]]", "[null]", '["' + "x" * 300 + '"]', '["a", 1]', '["\\u0000"]', "{}", '{"a": {"b": []}}',
          '{"": ""}', "[" * 20 + "]" * 20, '{"a":' * 20 + "1" + "}" * 20]
NOT_JSON = [b"{", b"}", b"[1", b"{\"a\": 1,}", b"nada", b"\xff\xfe{}", b"{\"a\": \"\xc3\x28\"}", b"\x00", b"{}\x00", b"{'a': 1}",
            b"[" * 5000 + b"]" * 5000, b"{\"a\":" * 5000 + b"1" + b"}" * 5000, b"{}" * 100, b"<a/>", b"{},{}", b"NaN"]
NOT_OBJECTS = [b"[]", b"[1]", b"1", b"\"x\"", b"true"]
# what a path may name, and the other company's come with the test
IDS = ["x", "0", "-1", "1.5", "99999999999999999999", "00000000-0000-0000-0000-000000000000", "01a1fde5-ff9f-7eb3-883e", "%27",
       "%7Bid%7D", "..", "%20", "%2e%2e%2f", "a" * 2000, "%F0%9F%98%80", "%00", "%ff", "1%000", "null"]
TEXTS = ["", "%20", "x", "-1", "0", "1", "1001", "2147483648", "99999999999999999999999", "1.5", "1e3", "%00", "%ff", "a%00b", "%27",
         "infinity", "now", "0000-01-01", "294276-12-31T00:00Z", "2026-02-30", "2026-12-01T09:00", "00000000-0000-0000-0000-000000000000",
         "y" * 300, "null", "%5B%5D", "{nome}", "11987654321"]

KNOWN = {
    "nome": "Maria Souza", "telefone": "11987650077", "numeros": ["11987650078"], "dias": "sab", "inicio": "10h", "fim": "12h",
    "tipo": "promocional", "mensagem_template": "Oi {nome}", "motivo": "manutenção", "criterios": {"regiao": "abc"}, "texto": "Aceito",
    "conteudo": "Olá", "type": "daily_summary", "classe": "nenhuma", "tipos": ["daily_summary"], "duracao_min": 60, "prioridade": 5,
    "max_por_dia": 10, "n": 3, "message": "Oi", "limite": 2, "status": "agendado", "valor": 10, "delay_hours": 2, "action": "chave_criada",
    "fuso": "America/Sao_Paulo", "finalidade": "marketing", "metadata": {"assunto": "banho"}}


def sample(name, schema):
    """A value that a field of this name and schema takes."""
    if schema.get("format") == "date-time":
        return "2099-03-03T10:00" if name != "fim" else "2099-03-03T11:00"
    if schema.get("format") == "date":
        return "2000-02-29"
    if "enum" in schema:
        return KNOWN[name] if name in KNOWN and KNOWN[name] in schema["enum"] else schema["enum"][0]
    return KNOWN.get(name, "x")


FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_instant(value):
    if not isinstance(value, str):
        return True
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[ Tt](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?\s?(?:[Zz]|[+-](\d\d):?(\d\d))?)?", value)
    if not found:
        return False
    datetime.time(*(int(x) for x in found.groups()[1:4] if x))
    return is_day(found[1]) and 1970 <= int(value[:4]) < 2150 and int(found[5] or 0) < 16


@FORMATS.checks("date", raises=ValueError)
def is_day(value):
    if not isinstance(value, str):
        return True
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and 1900 <= datetime.date.fromisoformat(value).year < 2200


@FORMATS.checks("uuid")
def is_uuid(value):
    return not isinstance(value, str) or bool(re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value))


def nasty(name, schema):
    """What nobody wants in a field: more where the text is read as something, less of what is refused at the door."""
    if "enum" in schema:
        return STRINGS[:6] + OTHERS[::3]
    if "string" not in schema.get("type", "string"):
        return STRINGS[::4] + OTHERS
    if "format" in schema:
        return STRINGS[::3] + TIMES + OTHERS[::4]
    is_read = name in ("inicio", "fim", "dias", "ultimo_contato", "engajamento", "fuso", "user_id", "telefone")
    return STRINGS + OTHERS[::1 if not schema else 4] + (TIMES if is_read or not schema else TIMES[:1])
