"""A second factor: set up, asked for, answered."""

import base64
import hashlib
import hmac
import struct

from report import same

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
        return totp(self.secret, self.pool.now())


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


@plain.check("AssociateSoftwareToken", "VerifySoftwareToken", "RespondToAuthChallenge")
def set_up(pool):
    """where a second factor is asked of everybody, who has none sets one up before the first tokens"""
    name = pool.member()
    with pool.rules(mfa="ON"):
        challenge = pool.by_password(name)
        same(challenge["ChallengeName"], "MFA_SETUP")
        assert "SOFTWARE_TOKEN_MFA" in challenge["ChallengeParameters"]["MFAS_CAN_SETUP"], challenge
        associated = pool.client.associate_software_token(Session=challenge["Session"])
        verified = pool.client.verify_software_token(
            Session=associated["Session"], UserCode=totp(associated["SecretCode"], pool.now())
        )
        same(verified["Status"], "SUCCESS")
        answer = respond(pool, {"ChallengeName": "MFA_SETUP", "Session": verified["Session"]}, USERNAME=name)
        assert answer["AuthenticationResult"]["RefreshToken"]


@plain.check("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "RespondToAuthChallenge")
def select(pool):
    """who has two second factors and prefers none is asked which"""
    name = pool.member()
    access = pool.tokens(name)["AccessToken"]
    app = Authenticator(pool, access)
    pool.client.verify_software_token(AccessToken=access, UserCode=app.code())
    on = {"Enabled": True, "PreferredMfa": False}
    pool.client.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings=on, EmailMfaSettings=on)
    challenge = pool.by_password(name)
    same(challenge["ChallengeName"], "SELECT_MFA_TYPE")
    challenge = respond(pool, challenge, USERNAME=name, ANSWER="SOFTWARE_TOKEN_MFA")
    same(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA")
    pool.advance(30)
    assert respond(pool, challenge, USERNAME=name, SOFTWARE_TOKEN_MFA_CODE=app.code())["AuthenticationResult"]


@plain.check("SetUserMFAPreference", "RespondToAuthChallenge")
def by_mail(pool):
    """a code by e-mail as second factor"""
    name = pool.member()
    access = pool.tokens(name)["AccessToken"]
    pool.client.set_user_mfa_preference(AccessToken=access, EmailMfaSettings={"Enabled": True, "PreferredMfa": True})
    challenge = pool.by_password(name)
    same(challenge["ChallengeName"], "EMAIL_OTP")
    same(challenge["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"], "EMAIL")
    code = pool.code(name)
    assert respond(pool, challenge, USERNAME=name, EMAIL_OTP_CODE=code)["AuthenticationResult"]
