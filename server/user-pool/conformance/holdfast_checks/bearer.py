"""Holdfast's API for programs: tokens that boto3 got are accepted, those that joserfc forged are not, and no flood of
unknown keys reaches the pool."""

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from boto3_checks.sign_in import claims
from pool import DEADLINE_S, Pool
from report import Report, same

from .browser import Holdfast
from .hostile import Forge, encode, private_key

FLOOD = 10_000
COOL_DOWN_S = 5 * 60


class Program:
    """A client that keeps one connection, with a token instead of a cookie."""

    def __init__(self, url):
        self.host = urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=DEADLINE_S)

    def ask(self, token, path="/api/documents", patient=True):
        """Status and body; asks again where it is told to wait."""
        while True:
            try:
                self.connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
                answer = self.connection.getresponse()
                body = answer.read()
            except (http.client.HTTPException, ConnectionError):
                # A request that is too large to be read is answered, or not, by closing.
                self.connection.close()
                return 0, b""
            if answer.status != 429 or not patient:
                return answer.status, body
            time.sleep(float(answer.headers.get("retry-after", 1)))


def start(pool, **variables):
    return Holdfast(
        HOLDFAST_COGNITO_USER_POOL_ID=pool.pool_id,
        HOLDFAST_COGNITO_CLIENT_ID=pool.client_id,
        HOLDFAST_COGNITO_ENDPOINT=pool.endpoint,
        HOLDFAST_COGNITO_ISSUER=pool.said["issuer"],
        HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY="24h",
        **variables,
    )


def main():
    report = Report("joserfc")
    if not takes_bearers():
        report.skip("this Holdfast has no API for programs", "hostile tokens")
        return report.finish()
    with Pool() as pool:
        with start(pool) as holdfast:
            report.check("a documents request takes an ID token that boto3 got, and no access token", lambda: roles(pool, holdfast))
        with start(pool, HOLDFAST_API_ACCEPTS="id,access") as holdfast:
            for name in ("IdToken", "AccessToken"):
                report.check(f"hostile tokens made of an {name}: none is accepted", lambda: hostile(pool, holdfast, name))
            report.check(f"{FLOOD} tokens of unknown keys cost the pool one request for its keys at most", lambda: flood(pool, holdfast))
    return report.finish()


def takes_bearers():
    told = subprocess.run([os.environ["HOLDFAST_BIN"], "--help"], capture_output=True, text=True, check=True)
    return "HOLDFAST_API_ACCEPTS" in told.stdout


def roles(pool, holdfast):
    tokens = pool.tokens()
    program = Program(holdfast.url)
    status, _ = program.ask(tokens["IdToken"])
    same(status, 200, "with an ID token")
    for name in ("AccessToken", "RefreshToken"):
        same(program.ask(tokens[name])[0], 401, f"with the {name}")
    same(program.ask("")[0], 401, "with nothing")


def hostile(pool, holdfast, name):
    """Each must be refused with 401 and a problem document; the control, made the same way, must be accepted."""
    token = pool.tokens()[name]
    state = json.loads(Path(pool.data.name, "user-pool", "state.json").read_text())
    forge = Forge(claims(token), *private_key(state, {"IdToken": "id", "AccessToken": "access"}[name]), int(time.time()))
    program = Program(holdfast.url)
    same(program.ask(forge.good())[0], 200, "a token made by joserfc with the pool's key")
    cases = forge.all()
    wrong = {}
    for label, case in cases.items():
        status, body = program.ask(case)
        refused = status in (401, 431) or (status == 0 and len(case) > 16_384)
        if not refused or (status == 401 and "code" not in json.loads(body)):
            wrong[label] = status
    assert not wrong, f"{len(wrong)} of {len(cases)} were not refused with 401: {wrong}"
    same(program.ask(forge.good())[0], 200, "the good one after all of them")
    print(f"        {len(cases)} hostile tokens of an {name}: refused")


def flood(pool, holdfast):
    """Real tokens under random key ids, as fast as one connection sends them; a good one in between is served."""
    good = pool.tokens()["IdToken"]
    head, body, signature = good.split(".")
    fetches = lambda: sum(call["operation"] == "JWKS" for call in pool.control("pool/calls")["calls"])
    program = Program(holdfast.url)
    same(program.ask(good)[0], 200, "a good token before the flood")
    before, began = fetches(), time.monotonic()
    seen = {}
    for _ in range(FLOOD):
        kid = encode(os.urandom(32)) + "="
        status, _ = program.ask(f"{encode({'kid': kid, 'alg': 'RS256'})}.{body}.{signature}", patient=False)
        seen[status] = seen.get(status, 0) + 1
    seconds = time.monotonic() - began
    assert 200 not in seen and set(seen) <= {401, 429}, seen
    asked = fetches() - before
    allowed = 1 + int(seconds // COOL_DOWN_S)
    assert asked <= allowed, f"{asked} requests for the keys in {seconds:.0f} s"
    same(program.ask(good)[0], 200, "a good token after the flood")
    print(f"        {FLOOD} random key ids in {seconds:.1f} s: {seen}, {asked} requests for the keys")


if __name__ == "__main__":
    sys.exit(main())
