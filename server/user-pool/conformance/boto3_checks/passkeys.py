"""Passkeys, as far as a client without an authenticator gets: what is asked of one, and what is refused."""

from report import same

from . import plain


@plain.check("StartWebAuthnRegistration", "ListWebAuthnCredentials")
def options(pool):
    """a registration is asked for in the browsers' own form, and a user without passkeys has none"""
    access = pool.tokens(pool.member())["AccessToken"]
    asked = pool.client.start_web_authn_registration(AccessToken=access)["CredentialCreationOptions"]
    same(asked["rp"]["id"], "localhost")
    same(asked["pubKeyCredParams"], [{"type": "public-key", "alg": -7}])
    assert asked["challenge"] and asked["user"]["id"], asked
    same(pool.client.list_web_authn_credentials(AccessToken=access)["Credentials"], [])


@plain.check("CompleteWebAuthnRegistration", "DeleteWebAuthnCredential")
def refused(pool):
    """what no authenticator made registers nothing, and what is not there cannot be deleted"""
    access = pool.tokens(pool.member())["AccessToken"]
    pool.refused(
        "InvalidParameterException",
        lambda: pool.client.complete_web_authn_registration(AccessToken=access, Credential={"id": "AAAA"}),
    )
    pool.refused(
        "ResourceNotFoundException",
        lambda: pool.client.delete_web_authn_credential(AccessToken=access, CredentialId="AAAA"),
    )


@plain.check("GetUserAuthFactors")
def factors(pool):
    """a user is told what there is to sign in with"""
    name = pool.member()
    access = pool.tokens(name)["AccessToken"]
    same(pool.client.get_user_auth_factors(AccessToken=access)["ConfiguredUserAuthFactors"], ["PASSWORD", "EMAIL_OTP"])
