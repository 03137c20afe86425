"""A small tree that every lint passes, and the files that break one rule each."""

GOOD_H = '''/*
 * thing.h - a thing of the lowest floor.
 */
#ifndef THING_H
#define THING_H

int thing_twice(int number);

#endif
'''
GOOD_C = '''/*
 * Twice a number.
 */
#include "thing.h"

#include <assert.h>

int
thing_twice(int number)
{
    assert(number < 1000000);
    return 2 * number; /* not goto, not strcpy(a, b) */
}
'''
CLEAN = {
    'meson.build': '',
    'README.md': '# Map\n',
    'include/base/thing.h': GOOD_H,
    'include/pg/pg.h': 'struct pg;\n',
    'include/loop/loop.h': 'struct loop;\n',
    'src/base/thing.c': GOOD_C,
    'src/base/meson.build': "unit_tests += {'thing': [base_dep]}\n",
    'src/loop/loop.c': '#include "loop.h"\n\n#include "thing.h"\n',
    'src/pg/pg_internal.h': '#include <libpq-fe.h>\n\n#include "loop.h"\n\nstruct pg;\n',
    'workers/sender/main.c': '''#include <stdio.h>

#include "thing.h"

int
main(void)
{
    return puts("Select a number: update, create or delete one\\n") < thing_twice(0);
}
''',
    'workers/sender/DESIGN.md': '# Sender\n\n## Files\n- `main.c`: all of it\n',
    'sql/migrations/0001_start.sql': 'create table numeros (id int, nome text);\n',
    'sql/functions/agora.sql': '''-- agora: the time, which tests may shift.
create or replace function agora()
returns timestamptz
language sql
as $$ select now() $$;
''',
    'sql/functions/dobro.sql': '''-- dobro: twice a number. SELECT in a comment is no keyword.
create or replace function dobro(n int)
returns int
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    create temp table if not exists vistos (n int) on commit drop;
    raise notice 'AND now() THEN';
    return 2 * n;
end
$$;
create or replace trigger dobro before insert on numeros execute function dobro();
''',
    'sql/statements/numero_ler.sql': '-- (int) -> (nome text)\nselect nome from numeros\n',
    'deploy/local/up': '#!/bin/sh\nexit 0\n',
    'tests/unit/test_thing.c': '#include "thing.h"\n',
}

MAIN = 'workers/sender/main.c'
C = 'src/base/broken.c'


def c(body, name=C):
    return {name: f'#include "thing.h"\n\n{body}\n'}


def sql(name, text):
    return {f'sql/{name}': text}


def function(body, name='triplo', head='-- triplo: three times a number.\n'):
    return sql(f'functions/{name}.sql', head + body)


TRIPLE = '''create or replace function triplo(n int)
returns int
language sql
as $$ select 3 * n $$;
'''


def tidy(text):
    return {C: '#include "thing.h"\n\n#include <stdlib.h>\n\nint broken(int number);\n\n' + text}


BANS = [
    ('call', c('void f(char *a) { strcpy(a, "b"); }')),
    ('call', c('int f(char *a) { return sscanf\n(a, "b"); }')),
    ('call', c('int f(char *a) { return (int)strtol(a, NULL, 10); }')),
    ('call', c('int f(char *a) { return /* */ system(a); }', 'tests/unit/broken.c')),
    ('goto', c('void f(void) { goto end; end:; }')),
    ('sleep', c('void f(void) { usleep(1); }')),
    ('sleep', c('void f(void) { sleep(1); }', 'tests/unit/broken.c')),
    ('allocator', c('void *f(void) { return malloc(1); }')),
    ('pqexec', c('void f(void *db) { PQexec(db, NULL); }')),
    ('sql', c('const char *f = "select 1";')),
    ('sql', c('const char *f = "\\n  INSERT "\n  "INTO numeros default values";')),
    ('sql', c('const char *f = "update numeros n set nome = null";')),
    ('sql', c('const char *f = "delete from numeros";')),
    ('sql', c('const char *f = "with d as (values (1)) table d";')),
    ('sql', c('const char *f = "create or replace function f() returns int";')),
    ('main', c('int\nmain(void)\n{\n    return 0;\n}')),
    ('typedef', c('typedef struct thing { int n; } thing_t;')),
    ('typedef', c('typedef struct thing thing_t;')),
    ('comment', c('int n; // why')),
    ('lines', {C: '\n' * 501}),
    ('lines', {'deploy/local/up': '#!/bin/sh\n' + '\n' * 500}),
]
DOCS = [
    ('top-extra', {'docs': ''}),
    ('top-missing', {'README.md': None}),
    ('gone', {'workers/sender/DESIGN.md': '# Files\n- `main.c`, `left.c`: both\n'}),
    ('unnamed', {'workers/sender/flight.c': ''}),
    ('unnamed', {'deploy/local/up': '#!/bin/sh\n', 'deploy/DESIGN.md': '# Files\n'}),
    ('no-list', {'workers/sender/DESIGN.md': '# Sender\n- `main.c`: all of it\n'}),
    ('no-design', {'workers/sender/DESIGN.md': None}),
    ('not-run', {'tests/unit/test_other.c': ''}),
    ('word', c('/* TODO */')),
    ('word', {'README.md': 'XXX\n'}),
]
FORMAT = [
    ('format', c('int  n;')),
    ('format', c('int f(void) { return 1; }', 'tests/unit/broken.c')),
]
LAYERS = [
    ('foreign', {'src/loop/loop.c': '#include "loop.h"\n\n#include <curl/curl.h>\n'}),
    ('foreign', {MAIN: '#include <libpq-fe.h>\n'}),
    ('floor', {'src/base/broken.c': '#include "thing.h"\n\n#include "loop.h"\n'}),
    ('floor', {'src/metrics/broken.c': '#include "loop.h"\n'}),
    ('floor', {'include/loop/loop.h': '#include "pg.h"\n\nstruct loop;\n'}),
    ('floor', {'src/pg/broken.c': '#include "pg_internal.h"\n\n#include "statements.h"\n'}),
    ('private', {MAIN: '#include "pg_internal.h"\n'}),
    ('unknown', {MAIN: '#include "nowhere.h"\n'}),
    ('own-first', {'src/base/thing.c': '#include <assert.h>\n\n#include "thing.h"\n'}),
    ('own-first', {'src/base/thing.c': '\n'}),
    ('order', {MAIN: '#include "thing.h"\n\n#include <stdio.h>\n'}),
    ('umbrella', {'include/pg/all.h': '/* all */\n#include "loop.h"\n#include "pg.h"\n'}),
    ('twice', {'include/pg/thing.h': 'struct thing;\n'}),
    ('module', {'src/misc/misc.c': 'int misc;\n'}),
]
SQL = [
    ('name', function(TRIPLE, name='dobrado')),
    ('one', function(TRIPLE + TRIPLE)),
    ('one', function(TRIPLE + 'create table triplos (n int);\n')),
    ('one', function(TRIPLE.replace('or replace ', ''))),
    ('prologue', function(TRIPLE, head='')),
    ('case', function(TRIPLE.replace('select', 'SELECT'))),
    ('case', sql('statements/broken.sql', '-- () -> (n int)\nselect 1 AS n\n')),
    ('clock', function(TRIPLE.replace('3 * n', 'extract(day from now())'))),
    ('clock', function(TRIPLE.replace('3 * n', 'current_date - n'))),
    ('definer', function(TRIPLE.replace('sql\n', 'sql security definer\n'))),
    ('declares', sql('statements/broken.sql', 'select 1\n')),
    ('declares', sql('statements/broken.sql', '-- reads one\nselect 1\n')),
    ('single', sql('statements/broken.sql', '-- () -> (n int)\nselect 1;\nselect 2\n')),
    ('number', sql('migrations/0003_gap.sql', 'select 1;\n')),
    ('number', sql('migrations/2_short.sql', 'select 1;\n')),
    ('if-not-exists', sql('migrations/0002_more.sql', 'create table if not exists a ();\n')),
]
TIDY = [
    ('tidy', tidy('int\nbroken(int number)\n{\n' + '    number++;\n' * 61
                  + '    return number;\n}\n')),
    ('tidy', tidy('int six(int a, int b, int c, int d, int e, int f);\n\nint\n'
                  'six(int a, int b, int c, int d, int e, int f)\n{\n'
                  '    return a + b + c + d + e + f;\n}\n')),
    ('tidy', tidy('int\nbroken(int number)\n{\n' + '    if (number--) {\n' * 5 + '    }\n' * 5
                  + '    return 0;\n}\n')),
    ('tidy', tidy('int\nbroken(int number)\n{\n'
                  + '    if (number > 1 && number < 5)\n        number += 2;\n' * 9
                  + '    return number;\n}\n')),
    ('tidy', tidy('int\nbroken(int count)\n{\n    return count;\n}\n')),
    ('tidy', tidy('int text(const char *);\n\nint\ntext(const char *at)\n{\n'
                  '    return atoi(at);\n}\n')),
    ('tidy', tidy('int\nbroken(int number)\n{\n    int *none = NULL;\n\n'
                  '    return number ? *none : 0;\n}\n')),
    ('tidy', tidy('int\nbroken(int number)\n{\n    return number == number;\n}\n')),
    ('not-built', {'src/base/unbuilt.c': GOOD_C}),
]
BROKEN = [(lint, rule, files)
          for lint, table in (('bans', BANS), ('docs', DOCS), ('format', FORMAT),
                              ('layers', LAYERS), ('sql', SQL), ('tidy', TIDY))
          for rule, files in table]
