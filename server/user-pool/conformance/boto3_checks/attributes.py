"""What users may read and change about themselves."""

from report import same

from . import plain


def attributes(pool, access):
    return {each["Name"]: each["Value"] for each in pool.client.get_user(AccessToken=access)["UserAttributes"]}


@plain.check("UpdateUserAttributes", "DeleteUserAttributes")
def name(pool):
    """an attribute is set, read and removed"""
    access = pool.tokens(pool.member())["AccessToken"]
    pool.client.update_user_attributes(AccessToken=access, UserAttributes=[{"Name": "name", "Value": "Ada Lovelace"}])
    same(attributes(pool, access)["name"], "Ada Lovelace")
    pool.client.delete_user_attributes(AccessToken=access, UserAttributeNames=["name"])
    assert "name" not in attributes(pool, access)


@plain.check("UpdateUserAttributes")
def fixed(pool):
    """sub cannot be changed, and there is no attribute beyond the schema"""
    access = pool.tokens(pool.member())["AccessToken"]
    for key in ("sub", "no_such_attribute"):
        try:
            pool.client.update_user_attributes(AccessToken=access, UserAttributes=[{"Name": key, "Value": "x"}])
        except pool.client.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] in ("InvalidParameterException", "NotAuthorizedException"), error
        else:
            raise AssertionError(f"{key} was changed")


@plain.check("GetUserAttributeVerificationCode", "VerifyUserAttribute")
def verify(pool):
    """an address is verified by the code that was sent to it"""
    address = pool.member()
    access = pool.tokens(address)["AccessToken"]
    sent = pool.client.get_user_attribute_verification_code(AccessToken=access, AttributeName="email")
    same(sent["CodeDeliveryDetails"]["AttributeName"], "email")
    code = pool.code(address)

    def answer(digits):
        return pool.client.verify_user_attribute(AccessToken=access, AttributeName="email", Code=digits)

    pool.refused("CodeMismatchException", answer, digits="000000" if code != "000000" else "111111")
    answer(code)
    same(attributes(pool, access)["email_verified"], "true")
