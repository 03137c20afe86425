"""Turn the .sql files (and the Lua script) into C, at build time.

    embed.py statements DIR OUT.h OUT.c DEPFILE    one struct pg_statement for each file
    embed.py schema SQL_DIR OUT.c DEPFILE          SCHEMA_MIGRATIONS and SCHEMA_FUNCTIONS
    embed.py text NAME IN OUT.c                    one constant: const char NAME[]

Line 1 of a statement declares it: -- (int[], text) -> (id uuid, n bigint)
The dependency files name the folders too: a new .sql file changes its folder, and so the
next build sees it without a reconfigure.
"""

import hashlib
import pathlib
import re
import sys

HEAD = '/* Made by sql/embed.py: change the .sql files instead. */\n'
QUIET = '#pragma GCC diagnostic ignored "-Woverlength-strings"\n'
DECLARATION = re.compile(r'^-- \((.*)\) -> \((.*)\)\s*$')


def fail(path, what):
    sys.exit(f'{path}: {what}')


def literal(text):
    """`text` as C string literals, a line of the source on each line."""
    escapes = {'\\': '\\\\', '"': '\\"', '\n': '\\n', '\t': '\\t', '\r': '\\r', '?': '\\?'}
    lines = text.splitlines(keepends=True) or ['']
    return '\n'.join(
        '    "' + ''.join(escapes.get(c, c) for c in line) + '"' for line in lines)


def write_if_changed(path, text):
    path = pathlib.Path(path)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def write_depfile(path, output, folders, files):
    inputs = ' '.join(str(p.resolve()).replace(' ', '\\ ') for p in [*folders, *files])
    pathlib.Path(path).write_text(f'{output}: {inputs}\n')


def split(path, declared, is_column):
    """'id uuid, n bigint' to [('id', 'uuid'), ...]; of a parameter only the type is said."""
    pairs = []
    for item in filter(None, (part.strip() for part in declared.split(','))):
        name, _, kind = item.partition(' ') if is_column else ('', '', item)
        if not kind.strip():
            fail(path, f'line 1: column "{item}" has no type')
        pairs.append((name, kind.strip()))
    return pairs


def statement(path):
    first, _, text = path.read_text().partition('\n')
    found = DECLARATION.match(first)
    if not re.fullmatch(r'[a-z][a-z0-9_]*', path.stem):
        fail(path, 'the name of a statement has only a-z, 0-9 and _')
    if not found:
        fail(path, 'line 1 is not "-- (types) -> (columns)"')
    if not text.strip():
        fail(path, 'no statement after line 1')
    params = split(path, found[1], False)
    columns = split(path, found[2], True)
    tables, members = '', []
    for member, values in (('param_types', [k for _, k in params]),
                           ('column_names', [n for n, _ in columns]),
                           ('column_types', [k for _, k in columns])):
        array = f'{path.stem}_{member}'
        if values:
            listed = ', '.join(f'"{v}"' for v in values)
            tables += f'static const char *const {array}[] = {{{listed}}};\n'
        members.append(array if values else 'NULL')
    return (f'\n{tables}const struct pg_statement SQL_{path.stem.upper()} = {{\n'
            f'    "{path.stem}",\n{literal(text)},\n'
            f'    {len(params)}, {members[0]}, {len(columns)}, {members[1]}, {members[2]},\n}};\n')


def statements(folder, header, source, depfile):
    folder = pathlib.Path(folder)
    files = sorted(folder.glob('*.sql'))
    bodies = ''.join(statement(f) for f in files)
    names = [f'SQL_{f.stem.upper()}' for f in files]
    externs = ''.join(f'extern const struct pg_statement {n};\n' for n in names)
    every = ''.join(f'    &{n},\n' for n in names)
    write_if_changed(header, f'{HEAD}#ifndef STATEMENTS_H\n#define STATEMENTS_H\n\n'
                     f'#include "pg.h"\n\n{externs}\n'
                     '/* All of them, ends with NULL: for the test that prepares each. */\n'
                     'extern const struct pg_statement *const SQL_STATEMENTS[];\n\n#endif\n')
    write_if_changed(source, f'{HEAD}#include <stddef.h>\n\n#include "statements.h"\n\n'
                     f'{QUIET}{bodies}\nconst struct pg_statement *const SQL_STATEMENTS[] = {{\n'
                     f'{every}    NULL,\n}};\n')
    write_depfile(depfile, source, [folder], files)


def schema_table(name, entries):
    rows = ''.join(
        f'    {{{number}, "{path.stem}",\n{literal(path.read_text())},\n'
        f'     "{hashlib.sha256(path.read_bytes()).hexdigest()}"}},\n'
        for number, path in entries)
    return f'\nconst struct schema_file {name}[] = {{\n{rows}    {{0, NULL, NULL, NULL}},\n}};\n'


def schema(folder, source, depfile):
    folders = [pathlib.Path(folder) / 'migrations', pathlib.Path(folder) / 'functions']
    migrations, functions = (sorted(f.glob('*.sql')) for f in folders)
    for at, path in enumerate(migrations, 1):
        if not re.fullmatch(f'{at:04}_[a-z0-9_]+', path.stem):
            fail(path, f'expected the migration {at:04}_<what>.sql here')
    write_if_changed(source, f'{HEAD}#include <stddef.h>\n\n#include "schema.h"\n\n{QUIET}'
                     + schema_table('SCHEMA_MIGRATIONS', enumerate(migrations, 1))
                     + schema_table('SCHEMA_FUNCTIONS', [(0, p) for p in functions]))
    write_depfile(depfile, source, folders, [*migrations, *functions])


def text(name, source, target):
    content = literal(pathlib.Path(source).read_text())
    write_if_changed(target, f'{HEAD}{QUIET}extern const char {name}[];\n'
                     f'const char {name}[] =\n{content};\n')


if __name__ == '__main__':
    commands = {'statements': statements, 'schema': schema, 'text': text}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
