"""New accounts."""

from report import same

from pool import PASSWORD

from . import plain


def sign_up(pool, name, password=PASSWORD, **more):
    return pool.client.sign_up(ClientId=pool.client_id, Username=name, Password=password, **more)


def confirm(pool, name, code):
    return pool.client.confirm_sign_up(ClientId=pool.client_id, Username=name, ConfirmationCode=code)


def resend(pool, name):
    return pool.client.resend_confirmation_code(ClientId=pool.client_id, Username=name)


@plain.check("SignUp", "ConfirmSignUp", "InitiateAuth")
def account(pool):
    """an account is usable once the mailed code is confirmed, and not before"""
    name = "new@example.com"
    answer = sign_up(pool, name, UserAttributes=[{"Name": "email", "Value": name}])
    same((answer["UserConfirmed"], answer["CodeDeliveryDetails"]["DeliveryMedium"]), (False, "EMAIL"))
    assert name not in str(answer["CodeDeliveryDetails"]), "the address is not masked"
    pool.refused("UserNotConfirmedException", pool.by_password, "User is not confirmed.", name=name)
    code = pool.code(name)
    wrong = "000000" if code != "000000" else "111111"
    pool.refused("CodeMismatchException", confirm, pool=pool, name=name, code=wrong)
    confirm(pool, name, code)
    pool.tokens(name)


@plain.check("SignUp")
def refused_sign_ups(pool):
    """a taken name and a weak password are refused by name"""
    pool.refused("UsernameExistsException", sign_up, pool=pool, name="Ada@Example.com")
    for weak in ("Pass-1", "password-1", "PASSWORD-1", "Password-", "Password1"):
        pool.refused("InvalidPasswordException", sign_up, pool=pool, name="weak@example.com", password=weak)
    pool.refused("InvalidParameterException", sign_up, pool=pool, name="not an address".replace(" ", ""))


@plain.check("ResendConfirmationCode", "ConfirmSignUp")
def another_code(pool):
    """a new code replaces the old one, and an old code runs out"""
    name = "again@example.com"
    sign_up(pool, name)
    old = pool.code(name)
    resend(pool, name)
    code = pool.code(name)
    if code != old:
        pool.refused("CodeMismatchException", confirm, pool=pool, name=name, code=old)
    pool.advance(24 * 60 * 60)
    pool.refused("ExpiredCodeException", confirm, pool=pool, name=name, code=code)


@plain.check("ResendConfirmationCode", "ConfirmSignUp")
def nobody(pool):
    """who does not exist is answered like anybody else (PreventUserExistenceErrors)"""
    same(resend(pool, "nobody@example.com")["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL")
    try:
        confirm(pool, "nobody@example.com", "123456")
    except pool.client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] in ("ExpiredCodeException", "CodeMismatchException"), error
    else:
        raise AssertionError("nobody was confirmed")
