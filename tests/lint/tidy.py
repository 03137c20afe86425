"""clang-tidy over every .c of src/ and workers/, with the commands of a build.

A file that was found clean is not looked at again until it, a header it includes, its
command, the checks or clang-tidy itself change: the hash of all that is kept in the build
directory. Findings are not kept, so a failure fails again.

    tidy.py ROOT BUILD
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import source
import tool

RULES = ('tidy', 'not-built')
AT_ONCE = 2
FINDING = re.compile(r'^(.+?):(\d+):\d+: (?:error|warning): (.*)$', re.M)


class Checker:
    def __init__(self, root, build):
        self.root = root.resolve()
        self.build = build.resolve()
        self.program, self.version = tool.find('clang-tidy')
        self.config = self.root / '.clang-tidy'
        self.cache = self.build / 'lint-tidy'
        self.cache.mkdir(exist_ok=True)
        self.headers = {}
        for top in (self.root / 'include', self.build):
            for path in sorted(top.rglob('*.h')):
                self.headers.setdefault(path.name, path)

    def commands(self):
        """Path relative to the root to its command and the folder it runs in."""
        known = {}
        for entry in json.loads((self.build / 'compile_commands.json').read_text()):
            path = (pathlib.Path(entry['directory']) / entry['file']).resolve()
            if path.is_relative_to(self.root):
                known[path.relative_to(self.root)] = entry['command'], entry['directory']
        return known

    def header(self, name, beside):
        near = beside / name
        return near if near.is_file() else self.headers.get(name)

    def closure(self, path, seen):
        """The file and all of ours that it includes, in the order of inclusion."""
        if path in seen:
            return
        text = path.read_text(errors='replace')
        seen[path] = text
        for _, kind, name in source.includes(text):
            found = self.header(name, path.parent) if kind == '"' else None
            if found:
                self.closure(found, seen)

    def stamp(self, path, command):
        texts = {}
        self.closure(self.root / path, texts)
        parts = [self.version, self.config.read_text(), command, *texts.values()]
        return self.cache / hashlib.sha256('\0'.join(parts).encode()).hexdigest()

    def check(self, path, command):
        """None when clean, else what clang-tidy said."""
        stamp = self.stamp(path, command)
        if stamp.exists():
            return None
        ran = subprocess.run(
            [self.program, '--quiet', f'--config-file={self.config}', '-p', str(self.build),
             '--extra-arg=-Wno-unknown-warning-option', str(self.root / path)],
            capture_output=True, text=True)
        if ran.returncode or FINDING.search(ran.stdout):
            return ran.stdout + ran.stderr
        stamp.touch()
        return None


def report_findings(report, root, path, folder, said):
    """clang-tidy names files as its command does: from the folder that this runs in."""
    found = list(FINDING.finditer(said))
    for finding in found:
        where = pathlib.Path(os.path.normpath(os.path.join(folder, finding[1])))
        if where.is_relative_to(root):
            where = where.relative_to(root)
        report.add('tidy', where, int(finding[2]), finding[3])
    if not found:
        report.add('tidy', path, 1, f'clang-tidy failed: {said.strip()}')


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: tidy.py ROOT BUILD')
    root = source.root_of(sys.argv)
    report = source.Report(RULES)
    checker = Checker(root, pathlib.Path(sys.argv[2]))
    commands = checker.commands()
    jobs = {}

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for path in source.files(root, ['.c'], ['src', 'workers']):
            if path in commands:
                jobs[path] = pool.submit(checker.check, path, commands[path][0])
            else:
                report.add('not-built', path, 1, 'in no target of the build, so no compiler '
                           'and no test has seen it: name it in meson.build or delete it')
    for path, job in jobs.items():
        said = job.result()
        if said:
            report_findings(report, checker.root, path, commands[path][1], said)
    report.findings = sorted(set(report.findings))  # a header's finding comes once per file
    report.end()


if __name__ == '__main__':
    main()
