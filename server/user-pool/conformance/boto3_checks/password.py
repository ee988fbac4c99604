"""A password changed by who knows it, and reset by who has forgotten it."""

from report import same

from pool import PASSWORD

from . import plain

OTHER = "Other-Password-2"


def forget(pool, name):
    return pool.client.forgot_password(ClientId=pool.client_id, Username=name)


def reset(pool, name, code, password=OTHER):
    return pool.client.confirm_forgot_password(
        ClientId=pool.client_id, Username=name, ConfirmationCode=code, Password=password
    )


@plain.check("ForgotPassword", "ConfirmForgotPassword")
def forgotten(pool):
    """a mailed code sets a new password, and the old one is no good any more"""
    name = pool.member()
    same(forget(pool, name)["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL")
    code = pool.code(name)
    wrong = "000000" if code != "000000" else "111111"
    pool.refused("CodeMismatchException", reset, pool=pool, name=name, code=wrong)
    pool.refused("InvalidPasswordException", reset, pool=pool, name=name, code=code, password="weak-weak")
    reset(pool, name, code)
    pool.refused("NotAuthorizedException", pool.by_password, "Incorrect username or password.", name=name)
    pool.tokens(name, OTHER)
    pool.refused("ExpiredCodeException", reset, pool=pool, name=name, code=code)


@plain.check("ForgotPassword", "ConfirmForgotPassword")
def unknown(pool):
    """who does not exist is answered like anybody else (PreventUserExistenceErrors)"""
    same(forget(pool, "nobody@example.com")["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL")
    pool.refused("CodeMismatchException", reset, pool=pool, name="nobody@example.com", code="123456")


@plain.check("ConfirmForgotPassword")
def unasked(pool):
    """without a request there is no code to confirm"""
    pool.refused("ExpiredCodeException", reset, pool=pool, name=pool.member(), code="123456")


@plain.check("ForgotPassword", "ConfirmForgotPassword")
def forced(pool):
    """after an administrator's reset only a new password helps"""
    name = pool.member()
    token = pool.tokens(name)["RefreshToken"]
    pool.control(f"pool/users/{name}/reset-password", {})
    pool.refused("PasswordResetRequiredException", pool.by_password, name=name)
    try:
        pool.refresh(token)
    except pool.client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] in ("NotAuthorizedException", "PasswordResetRequiredException"), error
    forget(pool, name)
    reset(pool, name, pool.code(name))
    pool.tokens(name, OTHER)


@plain.check("ChangePassword")
def changed(pool):
    """an access token and the old password set a new one"""
    name = pool.member()
    access = pool.tokens(name)["AccessToken"]

    def change(old, new):
        return pool.client.change_password(AccessToken=access, PreviousPassword=old, ProposedPassword=new)

    pool.refused("NotAuthorizedException", change, "Incorrect username or password.", old="Wrong-1!", new=OTHER)
    pool.refused("InvalidPasswordException", change, old=PASSWORD, new="weak-weak")
    change(PASSWORD, OTHER)
    pool.refused("NotAuthorizedException", pool.by_password, "Incorrect username or password.", name=name)
    pool.tokens(name, OTHER)
