"""Writes deploy/grafana/dashboards/*.json from the boards beside this file: /usr/bin/python3 deploy/grafana/boards/make.py

--check writes nothing and ends 1 when a file is not what its board says.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
BOARDS = ("fila", "mensagens", "campanhas", "atendimento", "proativas", "saude", "bancos")


def dashboards():
    for name in BOARDS:
        board = __import__(name).BOARD
        yield HERE.parent / "dashboards" / f"{board['uid']}.json", json.dumps(board, ensure_ascii=False, indent=1) + "\n"


def main():
    different = []
    for path, text in dashboards():
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            different.append(path.name)
    if different:
        print("not what their boards say:", *different)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
