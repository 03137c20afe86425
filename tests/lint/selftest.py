"""Breaks each rule of each lint on purpose, and fails for a lint that does not notice.

A small clean tree is written to a temporary folder; every lint must pass there. Then each
case of cases.py writes one broken file into a copy of it: the lint must fail, name the
rule, and name the file. A rule without a case fails too.

    selftest.py ROOT
"""

import importlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import cases
import source

HERE = pathlib.Path(__file__).resolve().parent
LINTS = ('bans', 'docs', 'format', 'layers', 'sql', 'tidy')


def write(tree, files):
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text)


def write_commands(tree):
    """What a build would have left for clang-tidy; a file named *unbuilt.c is in no target."""
    build = tree / '.build'
    build.mkdir(exist_ok=True)
    folders = ' '.join(f'-I{p}' for p in sorted((tree / 'include').iterdir()))
    commands = [{'directory': str(tree), 'file': str(path),
                 'command': f'clang -std=c17 -D_GNU_SOURCE {folders} -c {path}'}
                for path in source.files(tree, ['.c'], ['src', 'workers'])
                if not path.stem.endswith('unbuilt')]
    (build / 'compile_commands.json').write_text(json.dumps(commands))
    return build


def run(lint, tree):
    args = [sys.executable, '-B', str(HERE / f'{lint}.py'), str(tree)]
    if lint == 'tidy':
        args.append(str(write_commands(tree)))
    return subprocess.run(args, capture_output=True, text=True)


def clean_tree(root, tree):
    write(tree, cases.CLEAN)
    for name in ('.clang-format', '.clang-tidy'):
        shutil.copy(root / name, tree / name)
    os.chmod(tree / 'deploy/local/up', 0o755)


def check_clean(tree):
    wrong = []
    for lint in LINTS:
        ran = run(lint, tree)
        if ran.returncode:
            wrong.append(f'{lint} fails on a clean tree:\n{ran.stdout}{ran.stderr}')
    return wrong


def check_case(lint, rule, files, clean, broken):
    shutil.copytree(clean, broken, symlinks=True)
    write(broken, files)
    ran = run(lint, broken)
    shutil.rmtree(broken)
    name = next(iter(files))
    said = [line for line in ran.stdout.splitlines() if line.endswith(f'[{rule}]')]
    if ran.returncode != 1 or not any(line.startswith(f'{name}:') for line in said):
        text = files[name] or 'deleted'
        return (f'{lint} does not report [{rule}] in {name}:\n{text}\n'
                f'it ended {ran.returncode} and said:\n{ran.stdout}{ran.stderr}')
    return None


def unbroken_rules():
    broken = {(lint, rule) for lint, rule, _ in cases.BROKEN}
    return [f'no case breaks {lint} [{rule}]'
            for lint in LINTS for rule in importlib.import_module(lint).RULES
            if (lint, rule) not in broken]


def main():
    root = source.root_of(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        clean = pathlib.Path(folder) / 'clean'
        clean_tree(root, clean)
        wrong = check_clean(clean) + unbroken_rules()
        for lint, rule, files in cases.BROKEN:
            said = check_case(lint, rule, files, clean, pathlib.Path(folder) / 'broken')
            wrong += [said] if said else []
    print('\n'.join(wrong) if wrong else f'{len(cases.BROKEN)} broken rules, all noticed')
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
