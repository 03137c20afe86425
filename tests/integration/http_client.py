"""src/http as a program: what it believes of each request, beside what the far end saw."""

import json
import subprocess

from fleet import BUILD, SANITIZER, clean_environment


class Probe:
    """Started at once; options as http_probe.c names them."""

    def __init__(self, url, prefix=(), **options):
        program = BUILD / "src" / "http" / "http_probe"
        assert program.exists(), f"{program} is not built"
        self.process = subprocess.Popen(
            [*prefix, str(program), url, *(f"{key}={value}" for key, value in options.items())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=clean_environment())

    def next(self):
        """The next answer."""
        return json.loads(self.process.stdout.readline())

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def rest(self, timeout=60):
        """All that comes until its end, which must be a good one."""
        out, err = self.process.communicate(timeout=timeout)
        assert self.process.returncode == 0 and not SANITIZER.search(err), err
        return [json.loads(line) for line in out.splitlines()]


def send(url, **options):
    """{number: answer} of a whole run."""
    answers = [answer for answer in Probe(url, **options).rest() if "n" in answer]
    by_number = {answer["n"]: answer for answer in answers}
    assert len(by_number) == len(answers) == options.get("n", 1), answers
    return by_number


def outcomes(answers):
    return {number: answer["is"] for number, answer in answers.items()}
