"""Runs every table against a pool of its kind, then judges the shape of every answer that came."""

import sys

from pool import Pool
from report import Report

from . import attributes, challenges, graceless, mfa, passkeys, password, plain, refresh, rotating, sign_in, sign_out, sign_up  # noqa: F401
from .secret import secretive

# Signed, or about what this pool does not have: devices, hosted threat protection, the deprecated SMS settings, and the
# list of a user's sessions.
BEYOND = {
    "ConfirmDevice",
    "ForgetDevice",
    "GetDevice",
    "ListDevices",
    "UpdateDeviceStatus",
    "UpdateAuthEventFeedback",
    "SetUserSettings",
    "ListUserSessions",
    "RevokeUserSession",
}


def main():
    report = Report("boto3")
    tried = set()
    deviations, seen = {}, {}
    for table in (plain, rotating, graceless, secretive):
        with Pool(**table.variables) as pool:
            service = pool.client.meta.service_model
            known = {name for name in service.operation_names if pool.implements(name)}
            for operations, function in table.checks:
                tried.update(operations)
                missing = [operation for operation in operations if operation not in known]
                if BEYOND.intersection(missing):
                    report.skip("operations beyond this pool", f"{', '.join(missing)}: {function.__doc__}")
                    continue
                # An operation that is gone would take its checks with it, and nobody would miss them.
                run = (lambda: function(pool)) if not missing else (lambda: unknown(missing))
                report.check(f"{operations[0]}: {function.__doc__}", run)
            for name, count in pool.judge.seen.items():
                seen[name] = seen.get(name, 0) + count
                deviations.setdefault(name, set()).update(pool.judge.deviations.get(name, ()))
    judge(report, seen, deviations)
    for name in sorted(known - tried):
        report.skip("operations that the pool knows and no check tries", name)
    unsigned = {name for name in service.operation_names if service.operation_model(name).auth_type == "none"}
    for name in sorted(unsigned - known - tried - BEYOND):
        report.check(f"{name} is known", lambda: unknown([name]))
    return report.finish()


def judge(report, seen, deviations):
    """One check for each operation: all its answers, good and bad, are as AWS's model has them."""
    for name, count in sorted(seen.items()):
        report.check(f"{name}: {count} answers fit the service model", lambda: none_left(deviations[name]))


def unknown(names):
    raise AssertionError(f"the pool does not know {', '.join(names)}")


def none_left(names):
    assert not names, "; ".join(sorted(names))


sys.exit(main())
