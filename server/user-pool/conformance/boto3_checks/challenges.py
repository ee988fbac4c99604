"""A new password at the first sign-in, and the flow in which the user chooses how to sign in."""

from report import NotImplemented_, same

from pool import PASSWORD

from . import plain
from .mfa import respond

OTHER = "Other-Password-2"


def forced(pool):
    """A member whose password an administrator has set, and the challenge that the sign-in brings."""
    name = pool.member()
    pool.control(f"pool/users/{name}/force-new-password", {})
    challenge = pool.by_password(name)
    same(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    return name, challenge


@plain.check("RespondToAuthChallenge")
def new_password(pool):
    """a temporary password gets no tokens until a new one is chosen"""
    name, challenge = forced(pool)
    assert "AuthenticationResult" not in challenge, "tokens for a temporary password"
    assert {"userAttributes", "requiredAttributes"} <= challenge["ChallengeParameters"].keys(), challenge
    answer = respond(pool, challenge, USERNAME=name, NEW_PASSWORD=OTHER)
    assert answer["AuthenticationResult"]["RefreshToken"]
    pool.refused("NotAuthorizedException", pool.by_password, "Incorrect username or password.", name=name)
    pool.tokens(name, OTHER)


@plain.check("RespondToAuthChallenge")
def weak_password(pool):
    """a weak new password is refused by name"""
    name, challenge = forced(pool)
    pool.refused("InvalidPasswordException", lambda: respond(pool, challenge, USERNAME=name, NEW_PASSWORD="weak-weak"))


@plain.check("RespondToAuthChallenge", "GetUser")
def required_attributes(pool):
    """what the pool requires of a user is asked for together with the new password"""
    with pool.rules(required_attributes=["name"]):
        name, challenge = forced(pool)
        assert "userAttributes.name" in challenge["ChallengeParameters"]["requiredAttributes"], challenge
        more = {"userAttributes.name": "Ada Lovelace"}
        answer = respond(pool, challenge, USERNAME=name, NEW_PASSWORD=OTHER, **more)["AuthenticationResult"]
    attributes = pool.client.get_user(AccessToken=answer["AccessToken"])["UserAttributes"]
    assert {"Name": "name", "Value": "Ada Lovelace"} in attributes, attributes


@plain.check("RespondToAuthChallenge")
def anothers_session(pool):
    """a challenge is answered by the user whom it was put to, under its own name, and with its own session"""
    _, challenge = forced(pool)
    for change, more in (({}, {"USERNAME": "grace@example.com"}), ({"Session": "x" * 40}, {}), ({"ChallengeName": "SMS_MFA"}, {})):
        answers = {"USERNAME": "ada@example.com", "NEW_PASSWORD": OTHER, "SMS_MFA_CODE": "123456"} | more
        try:
            answer = respond(pool, challenge | change, **answers)
        except pool.client.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            assert code in ("NotAuthorizedException", "InvalidParameterException", "CodeMismatchException"), error
        else:
            raise AssertionError(f"{change | more} was answered with {sorted(answer)}")


def choose(pool, name, **parameters):
    """InitiateAuth with USER_AUTH."""
    try:
        return pool.client.initiate_auth(
            ClientId=pool.client_id, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name} | parameters
        )
    except pool.client.exceptions.InvalidParameterException as error:
        raise NotImplemented_(error.response["Error"]["Message"]) from None


@plain.check("InitiateAuth", "RespondToAuthChallenge")
def choice(pool):
    """the choice-based flow lists what the user may sign in with, and takes the password"""
    name = pool.member()
    first = choose(pool, name)
    same(first["ChallengeName"], "SELECT_CHALLENGE")
    assert "PASSWORD" in first["AvailableChallenges"], first
    answer = respond(pool, first, USERNAME=name, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert answer["AuthenticationResult"]["IdToken"]


@plain.check("InitiateAuth", "RespondToAuthChallenge")
def one_time_code(pool):
    """who prefers a code by e-mail gets one, and needs no password"""
    name = pool.member()
    challenge = choose(pool, name, PREFERRED_CHALLENGE="EMAIL_OTP")
    same(challenge["ChallengeName"], "EMAIL_OTP")
    code = pool.code(name)
    wrong = "0" * len(code) if code != "0" * len(code) else "1" * len(code)
    pool.refused("CodeMismatchException", lambda: respond(pool, challenge, USERNAME=name, EMAIL_OTP_CODE=wrong))
    answer = respond(pool, challenge, USERNAME=name, EMAIL_OTP_CODE=code)
    assert answer["AuthenticationResult"]["IdToken"]


@plain.check("InitiateAuth", "RespondToAuthChallenge")
def nobody(pool):
    """the choice-based flow does not tell who exists"""
    first = choose(pool, "nobody@example.com")
    same(first["ChallengeName"], "SELECT_CHALLENGE")
    pool.refused(
        "NotAuthorizedException",
        lambda: respond(pool, first, USERNAME="nobody@example.com", ANSWER="PASSWORD", PASSWORD=PASSWORD),
        "Incorrect username or password.",
    )
