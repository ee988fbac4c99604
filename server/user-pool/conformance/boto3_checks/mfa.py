"""A second factor: set up, asked for, answered."""

import base64
import hashlib
import hmac
import struct
import time

from report import NotImplemented_, same

from . import plain


def totp(secret, at):
    """RFC 6238 with SHA-1, six digits and steps of 30 seconds: what authenticator apps compute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // 30), hashlib.sha1)
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset:offset + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


class Authenticator:
    """A user's app, on the pool's clock."""

    def __init__(self, pool, access):
        self.pool = pool
        self.secret = pool.client.associate_software_token(AccessToken=access)["SecretCode"]

    def code(self):
        calls = self.pool.control("pool/calls")["calls"]
        ahead = calls[-1]["at_ms"] / 1000 if calls else time.time()
        return totp(self.secret, ahead)


def with_authenticator(pool):
    """A member whose sign-in asks for the app's code."""
    name = pool.member()
    access = pool.tokens(name)["AccessToken"]
    app = Authenticator(pool, access)
    same(pool.client.verify_software_token(AccessToken=access, UserCode=app.code())["Status"], "SUCCESS")
    pool.client.set_user_mfa_preference(
        AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    return name, app


def respond(pool, challenge, **responses):
    return pool.client.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses=responses,
    )


@plain.check("AssociateSoftwareToken", "VerifySoftwareToken")
def wrong_code(pool):
    """a wrong code sets nothing up"""
    access = pool.tokens(pool.member())["AccessToken"]
    app = Authenticator(pool, access)
    wrong = f"{(int(app.code()) + 1) % 1_000_000:06}"
    try:
        answer = pool.client.verify_software_token(AccessToken=access, UserCode=wrong)
    except pool.client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] in ("EnableSoftwareTokenMFAException", "CodeMismatchException"), error
    else:
        same(answer["Status"], "ERROR")


@plain.check("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "RespondToAuthChallenge")
def app(pool):
    """a sign-in with an authenticator app asks for its code, and a session is good for one answer"""
    name, app = with_authenticator(pool)
    challenge = pool.by_password(name)
    same(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA")
    assert "AuthenticationResult" not in challenge, "tokens before the second factor"
    pool.advance(30)
    answer = respond(pool, challenge, USERNAME=name, SOFTWARE_TOKEN_MFA_CODE=app.code())
    same(sorted(answer["AuthenticationResult"]), ["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"])
    pool.advance(30)
    pool.refused(
        "NotAuthorizedException",
        lambda: respond(pool, challenge, USERNAME=name, SOFTWARE_TOKEN_MFA_CODE=app.code()),
        "Invalid session for the user.",
        "Invalid session for the user, session is expired.",
    )


@plain.check("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "RespondToAuthChallenge")
def late(pool):
    """a challenge that is answered after three minutes has run out"""
    name, app = with_authenticator(pool)
    challenge = pool.by_password(name)
    pool.advance(3 * 60 + 1)
    pool.refused(
        "NotAuthorizedException",
        lambda: respond(pool, challenge, USERNAME=name, SOFTWARE_TOKEN_MFA_CODE=app.code()),
        "Invalid session for the user, session is expired.",
    )


@plain.check("RespondToAuthChallenge")
def choice(pool):
    """the choice-based flow lists what the user may sign in with, and takes the password"""
    name = pool.member()
    try:
        first = pool.client.initiate_auth(
            ClientId=pool.client_id, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name}
        )
    except pool.client.exceptions.InvalidParameterException as error:
        raise NotImplemented_(error.response["Error"]["Message"]) from None
    same(first["ChallengeName"], "SELECT_CHALLENGE")
    assert "PASSWORD" in first["AvailableChallenges"], first
    answer = respond(pool, first, USERNAME=name, ANSWER="PASSWORD", PASSWORD="Password-1")
    assert answer["AuthenticationResult"]["IdToken"]
