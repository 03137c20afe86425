"""Who may include whom (HOUSE-STYLE 2): arrows go down the floors only, and each foreign
library has one home. The build enforces most of it, through each module's dependencies;
this says it for all of it, and in words.

    layers.py ROOT
"""

import pathlib
import sys

import source

FLOORS = [
    ['base'],
    ['gzip', 'loop', 'metrics', 'resolve'],
    ['config', 'json', 'pg', 'redis', 'http', 'httpd', 'hmac'],
    ['schema', 'service', 'bucket', 'fila', 'whatsapp'],
]
FLOOR = {module: n for n, floor in enumerate(FLOORS, 1) for module in floor}
WORKERS_FLOOR = len(FLOORS) + 1

# Made by the build, and the floor they stand on: they may be included from above it.
GENERATED = {'statements.h': 3}

# Header or folder of a foreign library: the only folders that may include it.
HOMES = {
    'libpq-fe.h': ['src/pg'],
    'curl/': ['src/http'],
    'hiredis/': ['src/redis'],
    'libconfig.h': ['src/config'],
    'json-c/': ['src/json'],
    'microhttpd.h': ['src/httpd'],
    'openssl/': ['src/hmac'],
    'zlib.h': ['src/gzip'],
    'csv.h': ['workers/ctl'],
    'iconv.h': ['workers/ctl'],
}
RULES = ('foreign', 'floor', 'private', 'unknown', 'own-first', 'order', 'umbrella',
         'twice', 'module')


def owner_of(path):
    """('base', 1), ('sender', 5): the module or program a file belongs to, and its floor."""
    name = path.parts[1]
    if path.parts[0] == 'workers':
        return name, WORKERS_FLOOR
    return name, FLOOR.get(name)


def contracts(root, report):
    """Name of each header in include/ to its module."""
    homes = {}
    for path in source.files(root, ['.h'], ['include']):
        if path.name in homes:
            report.add('twice', path, 1, f'include/{homes[path.name]} has a {path.name} too: '
                       'header names are unique, name it after its module')
        homes[path.name] = path.parts[1]
    return homes


def check_foreign(report, path, line, name):
    for prefix, homes in HOMES.items():
        is_it = name.startswith(prefix) if prefix.endswith('/') else name == prefix
        if is_it and str(path.parent.as_posix()) not in homes:
            report.add('foreign', path, line, f'<{name}> has its only home in '
                       f'{" and ".join(homes)}: call what that module offers')


class Tree:
    def __init__(self, root, report):
        self.root = root
        self.report = report
        self.contracts = contracts(root, report)

    def is_private(self, path, name):
        return (self.root / path.parent / name).is_file()

    def check_ours(self, path, line, name):
        owner, floor = owner_of(path)
        if self.is_private(path, name) and path.parts[0] != 'include':
            return
        if name in GENERATED:
            if floor <= GENERATED[name]:
                self.report.add('floor', path, line, f'"{name}" is made for the floors above '
                                f'{GENERATED[name]}: {owner} stands on {floor}')
            return
        module = self.contracts.get(name)
        if module is None:
            self.report_unknown(path, line, name)
        elif module != owner and FLOOR.get(module, 0) >= floor:
            self.report.add('floor', path, line, f'{owner} (floor {floor}) includes "{name}" '
                            f'of {module} (floor {FLOOR.get(module)}): includes go down only; '
                            'say "struct x;" or move the code')

    def report_unknown(self, path, line, name):
        elsewhere = [p for p in source.files(self.root, ['.h'], ['src', 'workers'])
                     if p.name == pathlib.PurePosixPath(name).name]
        if elsewhere:
            self.report.add('private', path, line, f'"{name}" is private to '
                            f'{elsewhere[0].parent}: put what is needed into its contract')
        else:
            self.report.add('unknown', path, line,
                            f'"{name}" is in no include/ folder and not beside the file')

    def own_headers(self, path):
        """What a .c that has a header of its own may include first."""
        own = f'{path.stem}.h'
        if not self.exists_for(path, own):
            return []
        return [own, f'{path.parts[1]}_internal.h']

    def exists_for(self, path, name):
        return self.is_private(path, name) or self.contracts.get(name) == path.parts[1]

    def check_order(self, path, included):
        own = self.own_headers(path)
        if path.suffix == '.c' and path.name != 'main.c' and own:
            first = included[0] if included else (1, '"', '')
            if first[2] not in own:
                self.report.add('own-first', path, first[0],
                                f'the first include is not "{own[0]}": a header that stands '
                                'first proves that it needs nothing before it')
        seen_ours = False
        is_own = included and self.exists_for(path, included[0][2])
        for line, kind, name in included[1:] if is_own else included:
            if kind == '<' and seen_ours:
                self.report.add('order', path, line, f'<{name}> after ours: first the own '
                                'header, then system, then foreign, then ours')
            seen_ours = seen_ours or kind == '"'

    def check(self, path):
        text = source.read(self.root, path)
        included = source.includes(text)
        if owner_of(path)[1] is None:
            self.report.add('module', path, 1, f'{path.parts[1]} stands on no floor: '
                            'give it one in FLOORS of tests/lint/layers.py')
            return
        for line, kind, name in included:
            check_foreign(self.report, path, line, name)
            if kind == '"':
                self.check_ours(path, line, name)
        self.check_order(path, included)
        if path.suffix == '.h' and included and is_umbrella(text):
            self.report.add('umbrella', path, 1, 'nothing but includes: an umbrella header '
                            'hides who needs what; include the parts')


def is_umbrella(text):
    code = source.CText(text).code
    return not any(line.strip() and not line.lstrip().startswith('#')
                   for line in code.split('\n'))


def main():
    root = source.root_of(sys.argv)
    report = source.Report(RULES)
    tree = Tree(root, report)

    for path in source.files(root, source.C, ['include', 'src', 'workers']):
        tree.check(path)
    report.end()


if __name__ == '__main__':
    main()
