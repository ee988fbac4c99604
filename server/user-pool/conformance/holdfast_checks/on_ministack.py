"""Holdfast with ministack as its user pool: sign-in, refresh, the deadline, sign-out, revocation, a forgotten password.

Real seconds pass here, because ministack's clock cannot be moved; only conditions are waited for."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from report import Report, same

from .browser import Holdfast
from .ministack import ACCESS_S, Ministack, until

PASSWORD = "Password-1"
DAY_MS = 24 * 60 * 60 * 1000
# What ministack sends to everybody who signs up, and to everybody who has forgotten the password.
SIGN_UP_CODE, RESET_CODE = "123456", "654321"


def main():
    report = Report("ministack")
    with Ministack() as ministack, Holdfast(**ministack.variables()) as holdfast:
        for number, check in enumerate(CHECKS):
            name = f"user-{number}@example.com"
            user = ministack.user(name, PASSWORD)
            report.check(check.__doc__, lambda: check(ministack, holdfast, name, user))
        report.check("no call was signed, and none was answered with a fault", lambda: plain_calls(ministack))
    return report.finish()


def signed_in(holdfast, name):
    browser = holdfast.browser()
    status, answer = browser.sign_in(name, PASSWORD)
    same((status, answer.get("user", {}).get("email")), (200, name))
    return browser


def refreshed(ministack, browser):
    """Goes on using the session until it has been refreshed."""
    before = len(ministack.tap.of("GetTokensFromRefreshToken"))

    def once():
        same(browser.ask("GET", "/api/documents")[0], 200, "status")
        return len(ministack.tap.of("GetTokensFromRefreshToken")) > before

    until(once, "the session has been refreshed")


def ended(browser):
    """Goes on using the session until it is refused; the reason."""

    def once():
        status, answer = browser.ask("GET", "/api/documents")
        return answer["code"] if status == 401 else None

    return until(once, "the session has ended")


def sign_in(ministack, holdfast, name, _):
    """signs in by password with SECRET_HASH, and knows the deadline that no token tells"""
    browser = holdfast.browser()
    status, answer = browser.sign_in(name, PASSWORD)
    same((status, answer["sign_in_by_kind"]), (200, "refresh"))
    # auth_time has whole seconds, so up to one of them is gone already.
    assert 30 * DAY_MS - 30_000 < answer["sign_in_by_ms"] <= 30 * DAY_MS, answer
    call = ministack.tap.of("InitiateAuth")[-1]["request"]
    same((call["AuthFlow"], "SECRET_HASH" in call["AuthParameters"]), ("USER_PASSWORD_AUTH", True))


def wrong_password(_, holdfast, name, __):
    """answers a wrong password and an unknown user alike"""
    for who in (name, "nobody@example.com"):
        status, answer = holdfast.browser().sign_in(who, "Wrong-Password-1")
        same((status, answer["code"]), (401, "wrong_credentials"))


def sign_up(_, holdfast, name, __):
    """signs up, confirms with the mailed code, and signs in"""
    new = f"new-{name}"
    browser = holdfast.browser()
    same(browser.ask("POST", "/api/sign-up", {"email": new, "password": PASSWORD})[0], 204)
    same(browser.sign_in(new, PASSWORD)[0], 401, "sign-in before the confirmation")
    same(browser.ask("POST", "/api/sign-up/confirm", {"email": new, "code": SIGN_UP_CODE})[0], 204)
    same(browser.sign_in(new, PASSWORD)[0], 200, "sign-in after it")


def refresh(ministack, holdfast, name, _):
    """refreshes on demand, once for many requests, and an idle session never"""
    browser = signed_in(holdfast, name)
    before = len(ministack.tap.of("GetTokensFromRefreshToken"))
    time.sleep(ACCESS_S)
    same(len(ministack.tap.of("GetTokensFromRefreshToken")), before, "refreshes of an idle session")
    began = time.monotonic()
    with ThreadPoolExecutor(20) as many:
        answers = list(many.map(lambda _: browser.ask("GET", "/api/documents")[0], range(20)))
    same(answers, [200] * 20)
    calls = ministack.tap.of("GetTokensFromRefreshToken")[before:]
    # One, unless the machine is so slow that the next one has become due meanwhile: two thirds of a life later.
    most = 1 + int((time.monotonic() - began) / (ACCESS_S * 2 / 3))
    assert 1 <= len(calls) <= most, f"{len(calls)} refreshes for 20 requests at once"
    assert all(call["status"] == 200 and "ClientSecret" in call["request"] for call in calls)


def deadline(ministack, holdfast, name, _):
    """keeps the deadline where the sign-in put it, although ministack moves auth_time at each refresh"""
    browser = signed_in(holdfast, name)
    first, began = browser.ask("GET", "/api/session")[1]["sign_in_by_ms"], time.monotonic()
    refreshed(ministack, browser)
    gone = (time.monotonic() - began) * 1000
    later = browser.ask("GET", "/api/session")[1]["sign_in_by_ms"]
    assert first - later >= gone, f"{first} became {later} after {gone:.0f} ms"


def work(ministack, holdfast, name, _):
    """saves what is written before and after a refresh"""
    browser = signed_in(holdfast, name)
    status, document = browser.ask("POST", "/api/documents", {"title": "Letter", "text": "Hello"})
    same(status, 201)
    refreshed(ministack, browser)
    draft = f"/api/documents/{document['id']}/draft"
    edits = {"writer": "script", "base_head": 0, "seq": 1, "edits": [[5, 0, ", world"]]}
    same(browser.ask("PATCH", draft, edits)[0], 200)
    same(browser.ask("GET", draft)[1]["text"], "Hello, world")


def sign_out(ministack, holdfast, name, _):
    """revokes the refresh token at sign-out, and its cookie is dead"""
    browser = signed_in(holdfast, name)
    kept = list(browser.cookies)
    same(browser.ask("DELETE", "/api/session")[0], 204)
    call = until(lambda: ministack.tap.of("RevokeToken"), "RevokeToken has been called")[-1]
    same(call["status"], 200)
    thief = holdfast.browser()
    for cookie in kept:
        thief.cookies.set_cookie(cookie)
    same(thief.ask("GET", "/api/documents")[1]["code"], "signed_out")
    refused = ministack.admin.exceptions.NotAuthorizedException
    try:
        ministack.admin.get_tokens_from_refresh_token(
            RefreshToken=call["request"]["Token"],
            ClientId=ministack.client["ClientId"],
            ClientSecret=ministack.client["ClientSecret"],
        )
    except refused as error:
        same(error.response["Error"]["Message"], "Refresh Token has been revoked")
    else:
        raise AssertionError("the refresh token works after the sign-out")


def signed_out_by_admin(ministack, holdfast, name, user):
    """notices at the next refresh that an administrator has signed the user out, and says so"""
    browser = signed_in(holdfast, name)
    ministack.admin.admin_user_global_sign_out(**user)
    same(ended(browser), "revoked")


def disabled(ministack, holdfast, name, user):
    """ends the session of a disabled user, and takes no further sign-in"""
    browser = signed_in(holdfast, name)
    ministack.admin.admin_disable_user(**user)
    code = ended(browser)
    assert code in ("disabled", "revoked"), code
    same(holdfast.browser().sign_in(name, PASSWORD)[1]["code"], "wrong_credentials")


def deleted(ministack, holdfast, name, user):
    """ends the session of a deleted user"""
    browser = signed_in(holdfast, name)
    ministack.admin.admin_delete_user(**user)
    code = ended(browser)
    assert code in ("deleted", "revoked"), code


def forgotten_password(ministack, holdfast, name, _):
    """sets a new password with the code that was sent, once, and the old one is good no more"""
    browser, new = holdfast.browser(), "Another-Password-1"
    same(browser.ask("POST", "/api/forgot-password", {"email": name})[0], 204)
    call = ministack.tap.of("ForgotPassword")[-1]
    same((call["status"], "SecretHash" in call["request"]), (200, True))
    confirm = {"email": name, "code": "000000", "password": new}
    status, answer = browser.ask("POST", "/api/forgot-password/confirm", confirm)
    same((status, answer["code"]), (400, "wrong_code"))
    confirm["code"] = RESET_CODE
    same(browser.ask("POST", "/api/forgot-password/confirm", confirm)[0], 204)
    same(browser.sign_in(name, PASSWORD)[0], 401, "sign-in with the old password")
    same(browser.sign_in(name, new)[0], 200, "sign-in with the new one")
    same(browser.ask("POST", "/api/forgot-password/confirm", confirm)[1]["code"], "wrong_code", "the code once more")


def forgotten_by_nobody(ministack, holdfast, name, _):
    """tells nobody whether there is a user who could have forgotten a password"""
    answers = [holdfast.browser().ask("POST", "/api/forgot-password", {"email": who}) for who in (name, "no-" + name)]
    same(answers[0], answers[1])


CHECKS = [
    sign_in, wrong_password, sign_up, refresh, deadline, work, sign_out, signed_out_by_admin, disabled, deleted,
    forgotten_password, forgotten_by_nobody,
]


def plain_calls(ministack):
    strange = [call for call in ministack.tap.calls if call["signed"] or call["status"] not in (200, 400)]
    assert not strange, strange


if __name__ == "__main__":
    sys.exit(main())
