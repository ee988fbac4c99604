"""InitiateAuth by password, and the user an access token speaks for."""

import base64
import json

from report import same

from . import plain


def claims(token):
    """A JWT's payload, unverified: `jwt_verify.mjs` verifies."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@plain.check("InitiateAuth")
def sign_in(pool):
    """a password brings an access token, an ID token and a refresh token, each in its own role"""
    answer = pool.tokens()
    same(answer["TokenType"], "Bearer")
    access, identity = claims(answer["AccessToken"]), claims(answer["IdToken"])
    same((access["token_use"], identity["token_use"]), ("access", "id"))
    same((access["client_id"], identity["aud"]), (pool.client_id, pool.client_id))
    same((access["sub"], access["auth_time"]), (identity["sub"], identity["auth_time"]))
    same(answer["ExpiresIn"], access["exp"] - access["iat"])
    assert "aud" not in access and "email" not in access, sorted(access)
    same(answer["RefreshToken"].count("."), 4, "dots in the refresh token")


@plain.check("InitiateAuth")
def signing_keys(pool):
    """the two tokens of one sign-in name different keys"""
    answer = pool.tokens()
    head = [json.loads(base64.urlsafe_b64decode(answer[name].split(".")[0] + "==")) for name in ("AccessToken", "IdToken")]
    same([part["alg"] for part in head], ["RS256", "RS256"])
    assert head[0]["kid"] != head[1]["kid"], head[0]["kid"]


@plain.check("InitiateAuth")
def bad_credentials(pool):
    """a wrong password and an unknown user are refused in the same words"""
    for name in ("grace@example.com", "nobody@example.com"):
        pool.refused(
            "NotAuthorizedException", pool.by_password, "Incorrect username or password.", name=name, password="Wrong-1!"
        )


@plain.check("InitiateAuth", "SignUp", "ConfirmSignUp")
def lockout(pool):
    """five wrong passwords lock the name for a while, and for a while only"""
    name = pool.member()
    for _ in range(5):
        pool.refused("NotAuthorizedException", pool.by_password, name=name, password="Wrong-1!")
    pool.refused("NotAuthorizedException", pool.by_password, "Password attempts exceeded", name=name)
    pool.advance(20 * 60)
    pool.tokens(name)


@plain.check("InitiateAuth")
def wrong_requests(pool):
    """a missing parameter, an unknown client and a flow for administrators are refused by name"""
    initiate = pool.client.initiate_auth
    ask = {"ClientId": pool.client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ada@example.com"}}
    pool.refused("InvalidParameterException", initiate, "Missing required parameter PASSWORD", **ask)
    pool.refused("ResourceNotFoundException", initiate, **ask | {"ClientId": "0123456789abcdefghijklmnop"})
    pool.refused("InvalidParameterException", initiate, **ask | {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH"})


@plain.check("GetUser")
def get_user(pool):
    """an access token reads the attributes of its user"""
    answer = pool.client.get_user(AccessToken=pool.tokens()["AccessToken"])
    attributes = {each["Name"]: each["Value"] for each in answer["UserAttributes"]}
    same((attributes["email"], attributes["email_verified"]), ("ada@example.com", "true"))
    same(answer["Username"], attributes["sub"], "the username of a pool with UsernameAttributes")


@plain.check("GetUser")
def other_tokens(pool):
    """an ID token, an expired and a mangled access token read nothing"""
    tokens = pool.tokens()
    get_user = pool.client.get_user
    pool.refused("NotAuthorizedException", get_user, AccessToken=tokens["IdToken"])
    pool.refused("NotAuthorizedException", get_user, AccessToken=tokens["AccessToken"][:-8] + "AAAAAAAA")
    pool.advance(tokens["ExpiresIn"])
    pool.refused("NotAuthorizedException", get_user, "Access Token has expired", AccessToken=tokens["AccessToken"])


@plain.check("DescribeUserPoolClient")
def describe(pool):
    """the app client says its validities with their units"""
    answer = pool.client.describe_user_pool_client(UserPoolId=pool.pool_id, ClientId=pool.client_id)["UserPoolClient"]
    units = answer["TokenValidityUnits"]
    lengths = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
    same(answer["RefreshTokenValidity"] * lengths[units["RefreshToken"]], 86400, "RefreshTokenValidity")
    same(answer["AccessTokenValidity"] * lengths[units["AccessToken"]], pool.tokens()["ExpiresIn"], "AccessTokenValidity")
    unknown = {"UserPoolId": pool.pool_id, "ClientId": "0123456789abcdefghijklmnop"}
    pool.refused("ResourceNotFoundException", pool.client.describe_user_pool_client, **unknown)
