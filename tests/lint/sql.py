"""The rules of HOUSE-STYLE 7 that text can show.

    sql.py ROOT
"""

import pathlib
import re
import sys

import source

RULES = ('name', 'one', 'prologue', 'case', 'clock', 'definer', 'declares', 'single',
         'number', 'if-not-exists')

CREATES = re.compile(r'\bcreate\s+(?:or\s+replace\s+)?(\w+)(?:\s+((?:\w+\.)?\w+))?')
CREATES_ROUTINE = re.compile(
    r'\bcreate\s+or\s+replace\s+(function|procedure)\s+(?:\w+\.)?(\w+)')
KEYWORDS = re.compile(r'\b(' + '|'.join('''
    ADD ALL ALTER ANALYZE AND ANY ARRAY AS ASC BEFORE BEGIN BETWEEN BIGINT BOOLEAN BY CASCADE
    CASE CAST CHECK COALESCE COLLATE COLUMN COMMENT COMMIT CONFLICT CONSTRAINT CREATE CROSS
    CURRENT_DATE DATE DECLARE DEFAULT DEFINER DELETE DESC DISTINCT DO DOMAIN DROP EACH ELSE
    ELSIF END EXCEPT EXCEPTION EXECUTE EXISTS FALSE FETCH FILTER FOR FOREIGN FROM FULL FUNCTION
    GRANT GROUP HAVING IF IMMUTABLE IN INDEX INNER INSERT INTEGER INTERSECT INTERVAL INTO IS
    JOIN JSON JSONB KEY LANGUAGE LATERAL LEFT LIKE LIMIT LOCK LOCKED LOOP NEW NOT NOTHING
    NOTIFY NULL OFFSET OLD ON OR ORDER OUTER OVER PARALLEL PARTITION PERFORM PRIMARY PROCEDURE
    RAISE RECURSIVE REFERENCES REPLACE RETURN RETURNING RETURNS REVOKE RIGHT ROLE ROLLBACK ROW
    SCHEMA SECURITY SELECT SET SKIP STABLE STRICT TABLE TEXT THEN TIMESTAMPTZ TO TRIGGER TRUE
    TYPE UNION UNIQUE UNNEST UPDATE USING UUID VALUES VIEW VOLATILE WHEN WHERE WHILE WINDOW WITH
    '''.split()) + r')\b')
CLOCK = re.compile(
    r'\b(?:(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\('
    r'|(current_timestamp|current_date|current_time|localtimestamp|localtime)\b)', re.I)
DECLARATION = re.compile(r'-- \(.*\) -> \(.*\)\s*')


def check_function(root, report, path):
    text = source.read(root, path)
    code = source.sql_code(text)
    if not text.startswith('--'):
        report.add('prologue', path, 1, 'no comment at the top: say what the function promises')
    routines = list(CREATES_ROUTINE.finditer(code))
    others = [c for c in CREATES.finditer(outside_bodies(code)) if c[1] not in (
        'function', 'procedure', 'trigger', 'constraint')]
    if len(routines) != 1 or others:
        at = (others or routines[1:] or [None])[0]
        report.add('one', path, source.line_of(code, at.start()) if at else 1,
                   'not exactly one "create or replace function": one function a file, and '
                   'beside it its trigger only')
    for found in routines[:1]:
        if found[2] != path.stem:
            report.add('name', path, source.line_of(code, found.start()),
                       f'{found[1]} {found[2]} in a file named {path.stem}: name them alike')
    if path.stem not in ('agora', 'cronometro'):
        for found in CLOCK.finditer(code):
            report.add('clock', path, source.line_of(code, found.start()),
                       f'{found[0].rstrip("(")} cannot be shifted by a test: call agora()')
    definer = re.search(r'\bsecurity\s+definer\b', code)
    if definer and not re.search(r'\bset\s+search_path\b', code):
        report.add('definer', path, source.line_of(code, definer.start()),
                   'security definer without "set search_path": the caller chooses what its '
                   'names mean')


def outside_bodies(code):
    return re.sub(r'(\$\w*\$).*?\1', lambda found: source.blank(found[0]), code, flags=re.S)


def check_statement(root, report, path):
    first, _, rest = source.read(root, path).partition('\n')
    if not DECLARATION.fullmatch(first):
        report.add('declares', path, 1,
                   'line 1 does not declare the parameters: -- (types) -> (columns)')
    code = source.sql_code(rest).rstrip()
    semicolon = code.find(';')
    if semicolon != -1 and code[semicolon + 1:].strip():
        report.add('single', path, source.line_of(code, semicolon) + 1,
                   'more than one statement: one a file')


def check_migrations(root, report):
    expected = 1
    for path in source.files(root, ['.sql'], ['sql/migrations']):
        found = re.fullmatch(r'(\d{4})_[a-z0-9_]+', path.stem)
        if not found or int(found[1]) != expected:
            report.add('number', path, 1, f'not {expected:04}_what.sql: migrations are numbered '
                       'without gaps')
        expected = int(found[1]) + 1 if found else expected + 1
        code = source.sql_code(source.read(root, path))
        for found in re.finditer(r'\bif\s+not\s+exists\b', code, re.I):
            before = code[max(0, found.start() - 40):found.start()]
            if re.search(r'\b(create|add)\b[^;]*$', before, re.I):
                report.add('if-not-exists', path, source.line_of(code, found.start()),
                           'a migration knows the state it starts from: drop "if not exists"')


def check_case(root, report, path):
    code = source.sql_code(source.read(root, path))
    for found in KEYWORDS.finditer(code):
        report.add('case', path, source.line_of(code, found.start()),
                   f'{found[0]}: keywords are lower case')


def main():
    root = source.root_of(sys.argv)
    report = source.Report(RULES)

    for path in source.files(root, ['.sql'], ['sql', 'src', 'deploy', 'tests']):
        check_case(root, report, path)
        if path.parent == pathlib.Path('sql/functions'):
            check_function(root, report, path)
        if path.parent == pathlib.Path('sql/statements'):
            check_statement(root, report, path)
    check_migrations(root, report)
    report.end()


if __name__ == '__main__':
    main()
