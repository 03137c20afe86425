"""Every .c and .h is as clang-format would write it.

    format.py ROOT
"""

import re
import subprocess
import sys

import source
import tool

RULES = ('format',)
AT_ONCE = 40
FINDING = re.compile(r'^(.+?):(\d+):\d+: (?:error|warning): code should be clang-formatted', re.M)


def main():
    root = source.root_of(sys.argv)
    report = source.Report(RULES)
    clang_format, _ = tool.find('clang-format')
    paths = [str(p) for p in source.files(root, source.C)]

    for i in range(0, len(paths), AT_ONCE):
        ran = subprocess.run(
            [clang_format, '--dry-run', '-Werror', '--style=file', *paths[i:i + AT_ONCE]],
            cwd=root, capture_output=True, text=True)
        found = {}
        for path, line in FINDING.findall(ran.stderr):
            found.setdefault(path, int(line))
        for path, line in found.items():
            report.add('format', path, line, f'not formatted: {clang_format} -i {path}')
        if ran.returncode and not found:
            sys.exit(f'clang-format failed:\n{ran.stderr}')
    report.end()


if __name__ == '__main__':
    main()
