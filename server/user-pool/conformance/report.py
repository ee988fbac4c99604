"""Counts what was checked, in the form that `.ci/count.mjs` reads."""

import sys
import traceback


class NotImplemented_(Exception):
    """The pool does not know this yet: said aloud and counted as skipped."""


class Report:
    """What one part of the suite has found."""

    def __init__(self, part):
        self.part = part
        self.passed = self.failed = 0
        self.skips = {}

    def check(self, name, run):
        """Runs one check; whatever it raises is its failure."""
        try:
            run()
        except NotImplemented_ as missing:
            self.skip(str(missing), name)
        except Exception as error:  # noqa: BLE001 - the next check is wanted all the same
            self.fail(name, error)
        else:
            self.passed += 1
            print(f"ok      {self.part}: {name}", flush=True)

    def fail(self, name, error):
        self.failed += 1
        print(f"FAILED  {self.part}: {name}\n        {type(error).__name__}: {error}", flush=True)
        if not isinstance(error, AssertionError):
            traceback.print_exception(error, file=sys.stdout)

    def skip(self, why, what):
        self.skips.setdefault(why, []).append(what)

    def finish(self):
        """Prints the sum; the exit code for it."""
        for why, what in self.skips.items():
            print(f"skipped: {self.part}: {why} ({len(what)}: {'; '.join(what)})")
        skipped = sum(len(what) for what in self.skips.values())
        print(f"count: {self.passed} passed, {self.failed} failed, {skipped} skipped", flush=True)
        return 1 if self.failed else 0


def same(found, wanted, what="value"):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
