"""The end of sessions."""

from . import plain


def revoke(pool, token, **more):
    return pool.client.revoke_token(ClientId=pool.client_id, Token=token, **more)


@plain.check("RevokeToken", "GetTokensFromRefreshToken", "GetUser")
def one_session(pool):
    """RevokeToken ends one session with all its tokens, and no other"""
    one, other = pool.tokens(), pool.tokens()
    refreshed = pool.refresh(one["RefreshToken"])["AuthenticationResult"]
    revoke(pool, one["RefreshToken"])
    pool.refused("NotAuthorizedException", pool.refresh, "Refresh Token has been revoked", token=one["RefreshToken"])
    for tokens in (one, refreshed):
        pool.refused(
            "NotAuthorizedException",
            pool.client.get_user,
            "Access Token has been revoked",
            AccessToken=tokens["AccessToken"],
        )
    pool.refresh(other["RefreshToken"])
    pool.client.get_user(AccessToken=other["AccessToken"])


@plain.check("RevokeToken")
def junk(pool):
    """a token that is revoked already, or unknown, is no error; an access token is of the wrong type"""
    tokens = pool.tokens()
    for token in (tokens["RefreshToken"], tokens["RefreshToken"], "junk"):
        revoke(pool, token)
    pool.refused("UnsupportedTokenTypeException", lambda: revoke(pool, tokens["AccessToken"]))


@plain.check("GlobalSignOut", "GetTokensFromRefreshToken", "GetUser")
def everywhere(pool):
    """GlobalSignOut ends all sessions of its user, and no other user's"""
    one, other = pool.tokens(), pool.tokens()
    grace = pool.tokens("grace@example.com")
    pool.client.global_sign_out(AccessToken=one["AccessToken"])
    for tokens in (one, other):
        pool.refused("NotAuthorizedException", pool.refresh, "Refresh Token has been revoked", token=tokens["RefreshToken"])
        pool.refused(
            "NotAuthorizedException",
            pool.client.get_user,
            "Access Token has been revoked",
            AccessToken=tokens["AccessToken"],
        )
    pool.refresh(grace["RefreshToken"])


@plain.check("DeleteUser")
def delete(pool):
    """a user who deletes the account is gone, and so are the sessions"""
    name = pool.member()
    tokens = pool.tokens(name)
    pool.client.delete_user(AccessToken=tokens["AccessToken"])
    pool.refused("NotAuthorizedException", pool.by_password, "Incorrect username or password.", name=name)
    try:
        pool.refresh(tokens["RefreshToken"])
    except pool.client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] in ("NotAuthorizedException", "UserNotFoundException"), error
    else:
        raise AssertionError("the refresh token outlived its user")


@plain.check("ListUserSessions")
def sessions(pool):
    """a user's sessions are listed, the asking one marked"""
    name = pool.member()
    pool.tokens(name)
    current = pool.tokens(name)
    found = pool.client.list_user_sessions(AccessToken=current["AccessToken"])
    (listed,) = [value for value in found.values() if isinstance(value, list)]
    assert len(listed) == 2, listed
