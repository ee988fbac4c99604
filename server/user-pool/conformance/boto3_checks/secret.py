"""An app client with a secret, and with two of them during a change: SECRET_HASH by the right name, ClientSecret itself."""

import base64
import hashlib
import hmac

from report import NotImplemented_

from pool import PASSWORD

from . import Table
from .sign_in import claims

OLD, NEW = "an_old_secret_of_enough_characters", "the_new_secret_of_enough_characters"

secretive = Table(HOLDFAST_POOL_CLIENT_SECRET=OLD)
"""An app client with a secret, which the checks change."""


def has(pool, *secrets):
    """Gives the app client these secrets."""
    try:
        pool.control("pool/client-secrets", {"secrets": list(secrets)})
    except RuntimeError as error:
        raise NotImplemented_("the pool's app client cannot be given a secret") from error


def secret_hash(pool, name, secret):
    """Base64(HMAC_SHA256(secret, name + client id)): "Computing secret hash values", Developer Guide."""
    return base64.b64encode(hmac.digest(secret.encode(), (name + pool.client_id).encode(), hashlib.sha256)).decode()


def sign_in(pool, secret, name="ada@example.com", hashed_name=None):
    parameters = {"USERNAME": name, "PASSWORD": PASSWORD}
    if secret:
        parameters["SECRET_HASH"] = secret_hash(pool, hashed_name or name, secret)
    answer = pool.client.initiate_auth(
        ClientId=pool.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return answer["AuthenticationResult"]


def refresh(pool, token, secret):
    return pool.client.get_tokens_from_refresh_token(ClientId=pool.client_id, RefreshToken=token, ClientSecret=secret)


@secretive.check("InitiateAuth")
def by_typed_name(pool):
    """the hash at the sign-in is made of the name that was typed"""
    has(pool, OLD)
    tokens = sign_in(pool, OLD)
    real = claims(tokens["AccessToken"])["username"]
    wrong = f"Unable to verify secret hash for client {pool.client_id}"
    pool.refused("NotAuthorizedException", sign_in, wrong, pool=pool, secret=OLD, hashed_name=real)
    pool.refused("NotAuthorizedException", sign_in, wrong, pool=pool, secret=NEW)
    missing = f"Client {pool.client_id} is configured for secret but secret was not received"
    pool.refused("NotAuthorizedException", sign_in, missing, pool=pool, secret=None)


@secretive.check("InitiateAuth")
def by_real_name(pool):
    """the hash at REFRESH_TOKEN_AUTH is made of the real user name, which is not the one that was typed"""
    has(pool, OLD)
    tokens = sign_in(pool, OLD)

    def refresh_auth(name):
        parameters = {"REFRESH_TOKEN": tokens["RefreshToken"], "SECRET_HASH": secret_hash(pool, name, OLD)}
        return pool.client.initiate_auth(
            ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters
        )

    refresh_auth(claims(tokens["AccessToken"])["username"])
    wrong = f"SecretHash does not match for the client: {pool.client_id}"
    pool.refused("NotAuthorizedException", refresh_auth, wrong, name="ada@example.com")


@secretive.check("GetTokensFromRefreshToken", "RevokeToken")
def itself(pool):
    """a refresh and a revocation take the secret itself, and no other"""
    has(pool, OLD)
    token = sign_in(pool, OLD)["RefreshToken"]
    refresh(pool, token, OLD)
    pool.refused("NotAuthorizedException", refresh, pool=pool, token=token, secret=NEW)

    def revoke(secret):
        return pool.client.revoke_token(ClientId=pool.client_id, Token=token, ClientSecret=secret)

    pool.refused("UnauthorizedException", revoke, secret=NEW)
    refresh(pool, token, OLD)
    revoke(OLD)
    pool.refused("NotAuthorizedException", refresh, "Refresh Token has been revoked", pool=pool, token=token, secret=OLD)


@secretive.check("InitiateAuth", "GetTokensFromRefreshToken")
def change(pool):
    """during a change both secrets are good, and afterwards the old one is not; no session ends by it"""
    has(pool, OLD)
    token = sign_in(pool, OLD)["RefreshToken"]
    has(pool, NEW, OLD)
    for secret in (OLD, NEW):
        sign_in(pool, secret)
        refresh(pool, token, secret)
    has(pool, NEW)
    pool.refused("NotAuthorizedException", refresh, pool=pool, token=token, secret=OLD)
    refresh(pool, token, NEW)
