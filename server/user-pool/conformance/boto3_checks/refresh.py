"""New tokens for a refresh token, with and without rotation."""

from report import same

from . import graceless, plain, rotating
from .sign_in import claims

DAY = 24 * 60 * 60


def initiate(pool, token, flow="REFRESH_TOKEN_AUTH"):
    return pool.client.initiate_auth(
        ClientId=pool.client_id, AuthFlow=flow, AuthParameters={"REFRESH_TOKEN": token}
    )["AuthenticationResult"]


@plain.check("InitiateAuth", "GetTokensFromRefreshToken")
def three_ways(pool):
    """three ways to refresh bring new tokens of the same sign-in, and no refresh token"""
    first = pool.tokens()
    was = claims(first["AccessToken"])
    pool.advance(60)
    for answer in (
        pool.refresh(first["RefreshToken"])["AuthenticationResult"],
        initiate(pool, first["RefreshToken"]),
        initiate(pool, first["RefreshToken"], "REFRESH_TOKEN"),
    ):
        assert "RefreshToken" not in answer, "a refresh token without rotation"
        for name in ("AccessToken", "IdToken"):
            now = claims(answer[name])
            same([now[each] for each in ("sub", "auth_time", "origin_jti")], [was[each] for each in ("sub", "auth_time", "origin_jti")])
            assert now["jti"] != was["jti"] and now["iat"] >= was["iat"] + 60, now


@plain.check("GetTokensFromRefreshToken")
def expiry(pool):
    """the refresh token works until its validity after the sign-in is over, whatever was refreshed meanwhile"""
    token = pool.tokens()["RefreshToken"]
    pool.advance(DAY - 60)
    pool.refresh(token)
    pool.advance(60)
    pool.refused("NotAuthorizedException", pool.refresh, "Refresh Token has expired", token=token)


@plain.check("GetTokensFromRefreshToken")
def garbage(pool):
    """what is no refresh token of this pool is invalid"""
    tokens = pool.tokens()
    for junk in ("junk", tokens["AccessToken"], tokens["RefreshToken"][:-4] + "AAAA"):
        pool.refused("NotAuthorizedException", pool.refresh, "Invalid Refresh Token.", token=junk)
    unknown = {"ClientId": "0123456789abcdefghijklmnop", "RefreshToken": tokens["RefreshToken"]}
    pool.refused("ResourceNotFoundException", pool.client.get_tokens_from_refresh_token, **unknown)


@plain.check("GetTokensFromRefreshToken")
def disabled(pool):
    """the refresh token of a disabled user is refused, and stays refused when the user is enabled again"""
    token = pool.tokens("grace@example.com")["RefreshToken"]
    pool.control("pool/users/grace@example.com/disable", {})
    pool.refused("NotAuthorizedException", pool.refresh, "User is disabled.", token=token)
    pool.control("pool/users/grace@example.com/enable", {})
    pool.refused("NotAuthorizedException", pool.refresh, "Refresh Token has been revoked", token=token)


@plain.check("GetTokensFromRefreshToken")
def transient(pool):
    """throttling and an internal error are modelled, and the token is as good as before"""
    token = pool.tokens()["RefreshToken"]
    for kind, code in (("throttle", "TooManyRequestsException"), ("error500", "InternalErrorException")):
        pool.control("pool/fault", {"operation": "GetTokensFromRefreshToken", "kind": kind})
        pool.refused(code, pool.refresh, token=token)
    pool.refresh(token)


@rotating.check("GetTokensFromRefreshToken")
def rotation(pool):
    """with rotation each refresh brings a successor, and the session's end stays where the sign-in put it"""
    first = pool.tokens()
    token = first["RefreshToken"]
    for _ in range(23):
        pool.advance(60 * 60)
        answer = pool.refresh(token)["AuthenticationResult"]
        same(claims(answer["IdToken"])["auth_time"], claims(first["IdToken"])["auth_time"], "auth_time")
        assert answer["RefreshToken"] != token
        token = answer["RefreshToken"]
    pool.advance(60 * 60)
    pool.refused("NotAuthorizedException", pool.refresh, "Refresh Token has expired", token=token)


@rotating.check("GetTokensFromRefreshToken")
def grace(pool):
    """within the grace a spent token may be tried again; after it, it is a reuse; the successor goes on"""
    spent = pool.tokens()["RefreshToken"]
    successor = pool.refresh(spent)["AuthenticationResult"]["RefreshToken"]
    pool.advance(58)
    pool.refresh(spent)
    pool.advance(3)
    pool.refused("RefreshTokenReuseException", pool.refresh, token=spent)
    pool.refresh(successor)


@rotating.check("InitiateAuth")
def old_flow(pool):
    """an app client with rotation refuses REFRESH_TOKEN_AUTH"""
    token = pool.tokens()["RefreshToken"]
    try:
        initiate(pool, token)
    except pool.client.exceptions.ClientError as error:
        same(error.response["Error"]["Code"], "NotAuthorizedException", "the exception")
        return
    raise AssertionError("REFRESH_TOKEN_AUTH worked although rotation is on")


@graceless.check("GetTokensFromRefreshToken")
def no_grace(pool):
    """without grace a successful request spends the submitted token at once"""
    spent = pool.tokens()["RefreshToken"]
    successor = pool.refresh(spent)["AuthenticationResult"]["RefreshToken"]
    pool.refused("RefreshTokenReuseException", pool.refresh, token=spent)
    pool.refresh(successor)
