"""The map and the tree agree: top level, DESIGN.md of each folder, unit tests that are run,
words that must not stay.

A DESIGN.md has a heading with "files" in it; under it each list item or table row begins
with the file's name in backticks (several, or with * and {a,b} where that says it better):

    ## Files
    - `flight.c`, `flight.h`: one message, from its claim to its recorded outcome
    - `functions/*.sql`: one function each

    docs.py ROOT
"""

import fnmatch
import os
import pathlib
import re
import sys

import source

TOP = {'meson.build', 'src', 'sql', 'workers', 'include', 'deploy', 'tests', 'README.md'}
SOURCES = ('.c', '.h', '.sql', '.py', '.lua', '.sh', '.in', '.html', '.css', '.js')
# Notes to oneself, and fillers: finish it, or write an issue.
WORDS = re.compile(r'\b(TODO|FIXME|XXX|HACK|TBD|WIP|lorem ipsum|foobar)\b')
TEXT = SOURCES + ('.md', '.cfg', '.build', '.yaml', '.yml', '.json', '.csv', '.txt', '')
RULES = ('top-extra', 'top-missing', 'gone', 'unnamed', 'no-list', 'no-design', 'word',
         'not-run')


def check_top(root, report):
    here = {name for name in os.listdir(root) if not name.startswith('.')}
    for name in sorted(here - TOP):
        report.add('top-extra', name, 1,
                   'not one of the top-level entries: it lives with what changes with it')
    for name in sorted(TOP - here):
        report.add('top-missing', name, 1, 'a top-level entry that must be there is not')


def braces(name):
    """'a.{c,h}' to 'a.c' and 'a.h'."""
    found = re.match(r'(.*?)\{([^}]*)\}(.*)$', name)
    if not found:
        return [name]
    return [rest for part in found[2].split(',')
            for rest in braces(found[1] + part.strip() + found[3])]


def listed(text):
    """(line, name) of the files under the heading with "files"; None without such heading."""
    names, is_inside, is_there = [], False, False
    for number, line in enumerate(text.split('\n'), 1):
        if line.startswith('#'):
            is_inside = bool(re.search(r'\bfiles\b', line, re.I))
            is_there = is_there or is_inside
        found = re.match(r'\s*(?:[-*]|\|)\s*((?:`[^`]+`[\s,and]*)+)', line)
        if is_inside and found:
            for name in re.findall(r'`([^`]+)`', found[1]):
                names += [(number, one) for one in braces(name)]
    return names if is_there else None


def files_of(root, folder):
    """Source files below the folder, down to subfolders that have a DESIGN.md themselves."""
    names = []
    for path in source.walk(root, [folder]):
        parents = [p for p in path.parents if p != folder and folder in p.parents]
        if any((root / p / 'DESIGN.md').is_file() for p in parents):
            continue
        if is_source(root, path):
            names.append(path.relative_to(folder).as_posix())
    return names


def is_source(root, path):
    return path.suffix in SOURCES or (not path.suffix and os.access(root / path, os.X_OK))


def check_design(root, report, design):
    folder = design.parent
    names = listed(source.read(root, design))
    if names is None:
        report.add('no-list', design, 1, 'no heading with "files": list what lies here')
        return
    existing = [p.relative_to(folder).as_posix() for p in source.walk(root, [folder])]
    for line, name in names:
        is_there = (root / folder / name.rstrip('/')).exists()
        if not is_there and not fnmatch.filter(existing, name):
            report.add('gone', design, line,
                       f'`{name}` is not in {folder}: take it out of the list or rename it')
    for name in files_of(root, folder):
        if not any(covers(pattern, name) for _, pattern in names):
            report.add('unnamed', folder / name, 1,
                       f'not in the list of {design}: say there what it is')


def covers(pattern, name):
    return fnmatch.fnmatch(name, pattern) or name.startswith(pattern.rstrip('/') + '/')


def check_workers(root, report):
    for folder in sorted((root / 'workers').iterdir()):
        if list(folder.glob('*.c')) and not (folder / 'DESIGN.md').is_file():
            report.add('no-design', (folder / 'DESIGN.md').relative_to(root), 1,
                       'a process without DESIGN.md: write purpose, invariants, non-goals, files')


def check_unit_tests(root, report):
    """A test that no meson.build names is never run."""
    named = ''.join(source.read(root, p) for p in source.walk(root, ['src', 'workers', 'sql'])
                    if p.name == 'meson.build')
    for path in source.files(root, ['.c'], ['tests/unit']):
        name = path.stem.removeprefix('test_')
        if path.stem != name and f"'{name}'" not in named:
            report.add('not-run', path, 1,
                       f"in no unit_tests: add '{name}' to the meson.build of its module")


def check_words(root, report):
    own = pathlib.Path('tests/lint')  # the list of the words is here
    paths = [p for p in source.walk(root) if p.suffix in TEXT and p.parent != own]
    for path in [*paths, pathlib.Path('README.md')]:
        if not (root / path).is_file():
            continue
        for number, line in enumerate(source.read(root, path).split('\n'), 1):
            for found in WORDS.finditer(line):
                report.add('word', path, number,
                           f'"{found[0]}" must not stay: do it now, or write it down elsewhere')


def main():
    root = source.root_of(sys.argv)
    report = source.Report(RULES)

    check_top(root, report)
    for path in source.walk(root):
        if path.name == 'DESIGN.md':
            check_design(root, report, path)
    if (root / 'workers').is_dir():
        check_workers(root, report)
    check_unit_tests(root, report)
    check_words(root, report)
    report.end()


if __name__ == '__main__':
    main()
