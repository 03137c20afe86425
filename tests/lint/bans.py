"""What may not be written in C, and how long a file may be (HOUSE-STYLE 5 and 10).

    bans.py ROOT
"""

import re
import sys

import source

INSTEAD = {
    'strcpy': 'memcpy with a known size, or snprintf',
    'stpcpy': 'memcpy with a known size, or snprintf',
    'strcat': 'struct buf, or snprintf',
    'sprintf': 'snprintf, or buf_addf',
    'vsprintf': 'vsnprintf, or buf_addv',
    'gets': 'read into a buffer with a size',
    'strtok': 'strcspn or strchr',
    'atoi': 'strtoll with its errors looked at',
    'atol': 'strtoll with its errors looked at',
    'atoll': 'strtoll with its errors looked at',
    'atof': 'strtod with its errors looked at',
    'strtol': 'strtoll with its errors looked at: a long has no fixed size',
    'scanf': 'a parser of your own: it overflows without an error',
    'fscanf': 'a parser of your own: it overflows without an error',
    'sscanf': 'a parser of your own: it overflows without an error',
    'vsscanf': 'a parser of your own: it overflows without an error',
    'alloca': 'an array with a maximum, or mem_alloc',
    'system': 'a library, or no process at all',
    'popen': 'a library, or no process at all',
}
SLEEPS = ('sleep', 'usleep', 'nanosleep', 'clock_nanosleep')
ALLOCATORS = ('malloc', 'calloc', 'realloc', 'reallocarray', 'strdup', 'strndup',
              'asprintf', 'vasprintf')
LINES_MAX = 500
SQL = re.compile(
    r'\s*(?:'
    r'select\s+(?!(?:a|an|the|one|which|what)\s)'
    r'|insert\s+into\b'
    r'|update\s+[\w."]+(?:\s+(?:as\s+)?\w+)?\s+set\b'
    r'|delete\s+from\b'
    r'|with\s+(?:recursive\s+)?\w+(?:\s*\([^)]*\))?\s+as\s'
    r'|(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unique\s+|unlogged\s+)*'
    r'(?:table|index|function|procedure|trigger|view|schema|type|role|sequence|extension)\b'
    r'|truncate\s+(?:table\s+)?\w+\s*(?:;|$)'
    r')', re.I)

RULES = ('call', 'goto', 'sleep', 'allocator', 'pqexec', 'sql', 'main', 'typedef',
         'comment', 'lines')


def calls(names):
    """A call or a pointer to it, not a name that merely ends so, nor a member."""
    return re.compile(r'(?<![\w.])(?<!->)(' + '|'.join(names) + r')\s*(?=\()')


CALL = calls(INSTEAD)
SLEEP = calls(SLEEPS)
ALLOCATOR = calls(ALLOCATORS)
PQEXEC = calls(['PQexec'])
GOTO = re.compile(r'\bgoto\b')
MAIN = re.compile(r'(?:^|\bint\s+)main\s*\(', re.M)
TYPEDEF = re.compile(r'\btypedef\s+(?:const\s+)?(?:struct|union)\b(?![^;{]*\()')


def check_anywhere(report, path, c):
    for found in CALL.finditer(c.code):
        report.add('call', path, c.line(found.start()),
                   f'{found[1]}() is banned: use {INSTEAD[found[1]]}')
    for found in GOTO.finditer(c.code):
        report.add('goto', path, c.line(found.start()),
                   'goto is banned: one exit that frees the half-built, or CLEANUP()')
    for found in SLEEP.finditer(c.code):
        report.add('sleep', path, c.line(found.start()),
                   f'{found[1]}() is banned: wait for the event, or arm a loop_timer')
    for found in TYPEDEF.finditer(c.code):
        report.add('typedef', path, c.line(found.start()),
                   'a typedef of a struct hides what it is: write struct name')
    for offset in c.line_comments:
        report.add('comment', path, c.line(offset), '// comment: write /* */')


def check_product(report, path, c):
    if path.as_posix() != 'src/base/mem.c':
        for found in ALLOCATOR.finditer(c.code):
            report.add('allocator', path, c.line(found.start()),
                       f'{found[1]}() is memory that no test can fail: use mem.h')
    for found in PQEXEC.finditer(c.code):
        report.add('pqexec', path, c.line(found.start()),
                   'PQexec() takes text without parameters: use a prepared statement')
    for offset, content in c.strings:
        if SQL.match(content.replace('\\n', ' ').replace('\\t', ' ')):
            report.add('sql', path, c.line(offset),
                       'SQL in C: put it into sql/statements/<name>.sql and use SQL_<NAME>')
    if path.parts[0] != 'workers':
        for found in MAIN.finditer(c.code):
            report.add('main', path, c.line(found.start()),
                       'main() outside workers/: a module has none')


def has_a_limit(root, path):
    if path.suffix in ('.c', '.h', '.sql', '.py', '.sh'):
        return True
    with open(root / path, 'rb') as file:
        return file.read(2) == b'#!'


def main():
    root = source.root_of(sys.argv)
    report = source.Report(RULES)

    for path in source.files(root, source.C):
        c = source.CText(source.read(root, path))
        check_anywhere(report, path, c)
        if path.parts[0] in ('include', 'src', 'workers'):
            check_product(report, path, c)
    for path in source.walk(root):
        if not has_a_limit(root, path):
            continue
        lines = source.read(root, path).count('\n')
        if lines > LINES_MAX:
            report.add('lines', path, lines,
                       f'{lines} lines: split the file by what changes together ({LINES_MAX})')
    report.end()


if __name__ == '__main__':
    main()
