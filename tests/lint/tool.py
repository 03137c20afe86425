"""Finding clang-format and clang-tidy: another major version formats and finds otherwise,
and a lint that cannot run has failed.
"""

import re
import shutil
import subprocess
import sys

MAJOR = '14'


def find(name):
    """The path and version line of the tool; ends the lint where it is not there."""
    for candidate in (f'{name}-{MAJOR}', name):
        path = shutil.which(candidate)
        if not path:
            continue
        said = subprocess.run([path, '--version'], capture_output=True, text=True).stdout
        if re.search(rf'version {MAJOR}\.', said):
            return path, said.strip()
    sys.exit(f'{name} {MAJOR} is not installed: apt-get install {name}-{MAJOR}')
