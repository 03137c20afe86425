"""What the lints share: the files of the tree, C and SQL without their comments and
strings, and the report.

Every lint is called with the root of the tree, prints `file:line: what is wrong: what to do
[rule]` for each finding, and ends with 1 when there was one. RULES of each lint names all
its rules; selftest.py breaks each of them and fails for one that nobody breaks.
"""

import os
import pathlib
import re
import sys

C = ('.c', '.h')
SKIPPED = {'__pycache__'}


class Report:
    def __init__(self, rules):
        self.rules = rules
        self.findings = []

    def add(self, rule, path, line, what):
        assert rule in self.rules, rule
        self.findings.append((str(path), line, what, rule))

    def end(self):
        for path, line, what, rule in sorted(self.findings):
            print(f'{path}:{line}: {what} [{rule}]')
        sys.exit(1 if self.findings else 0)


def root_of(argv):
    if len(argv) < 2 or not os.path.isdir(argv[1]):
        sys.exit(f'usage: {os.path.basename(argv[0])} ROOT')
    return pathlib.Path(argv[1])


def walk(root, folders=('include', 'src', 'workers', 'sql', 'deploy', 'tests')):
    """All files below the folders, as paths relative to the root, in order."""
    for folder in folders:
        for here, subfolders, names in os.walk(root / folder):
            subfolders[:] = sorted(
                s for s in subfolders if s not in SKIPPED and not s.startswith('.'))
            for name in sorted(names):
                yield (pathlib.Path(here) / name).relative_to(root)


def files(root, suffixes, folders=('include', 'src', 'workers', 'sql', 'deploy', 'tests')):
    return [p for p in walk(root, folders) if p.suffix in suffixes]


def read(root, path):
    return (root / path).read_text(encoding='utf-8', errors='replace')


def line_of(text, at):
    return text.count('\n', 0, at) + 1


def blank(text):
    """As long as the text and with its line breaks, so that offsets and lines stay."""
    return re.sub(r'[^\n]', ' ', text)


C_TOKEN = re.compile(
    r'(?P<comment>/\*.*?(?:\*/|\Z))'
    r'|(?P<line_comment>//(?:\\\n|[^\n])*)'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>'(?:\\.|[^'\\\n])*')", re.S)


class CText:
    """A C file: `code` has comments, strings and characters blanked."""

    def __init__(self, text):
        self.text = text
        self.strings = []        # (offset, content), neighbours joined as C does
        self.line_comments = []  # offsets
        self._end_of_last = None
        self.code = C_TOKEN.sub(self._take, text)

    def _take(self, found):
        if found['line_comment']:
            self.line_comments.append(found.start())
        if found['string'] and not self._is_include(found.start()):
            self._take_string(found)
        return blank(found[0])

    def _is_include(self, at):
        return re.match(r'\s*#\s*include\b', self.text[self.text.rfind('\n', 0, at) + 1:at])

    def _take_string(self, found):
        content = found[0][1:-1]
        end = self._end_of_last
        if end is not None and not self.text[end:found.start()].strip():
            offset, before = self.strings[-1]
            self.strings[-1] = (offset, before + content)
        else:
            self.strings.append((found.start(), content))
        self._end_of_last = found.end()

    def line(self, offset):
        return line_of(self.text, offset)


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def includes(text):
    """(line, '<' or '"', name) of each #include that is not in a comment."""
    code = C_TOKEN.sub(
        lambda f: blank(f[0]) if f['comment'] or f['line_comment'] else f[0], text)
    return [(line_of(code, f.start(1)), f[1], f[2]) for f in INCLUDE.finditer(code)]


SQL_TOKEN = re.compile(
    r'(?P<comment>--[^\n]*|/\*.*?\*/)'
    r"|(?P<string>\b[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*')"
    r'|(?P<quoted>"(?:""|[^"])*")', re.S)


def sql_code(text):
    """SQL with comments, strings and quoted names blanked; $$ bodies are code and stay."""
    return SQL_TOKEN.sub(lambda found: blank(found[0]), text)
