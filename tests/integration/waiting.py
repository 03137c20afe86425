"""Waiting for a condition, never for time to pass."""

import time


class TimedOut(AssertionError):
    pass


def wait_until(condition, timeout=20, what=None, every=0.02):
    """Calls `condition` until it returns something true, and returns that.

    After `timeout` seconds fails with `what` (default: the condition's name) and the last
    answer. An AssertionError raised by the condition counts as "not yet".
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            answer = condition()
        except AssertionError as error:
            answer, reason = None, repr(error)
        else:
            reason = repr(answer)
        if answer:
            return answer
        if time.monotonic() > deadline:
            name = what or getattr(condition, "__name__", "condition")
            raise TimedOut(f"after {timeout} s still not: {name}; last answer {reason[:500]}")
        time.sleep(every)


def stays(condition, seconds, what=None, every=0.02):
    """Fails as soon as `condition` stops holding within `seconds`: for what must not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert condition(), f"did not stay so: {what or condition}"
        time.sleep(every)
