"""Judges every answer by the model of the API that AWS ships with botocore."""

import json
from collections import Counter

from botocore.validate import ParamValidator

# "Common errors", Amazon Cognito user pools API Reference, and what the JSON protocol itself answers with.
COMMON = {
    "AccessDeniedException",
    "IncompleteSignature",
    "InternalFailure",
    "InvalidAction",
    "InvalidClientTokenId",
    "NotAuthorized",
    "OptInRequired",
    "RequestExpired",
    "SerializationException",
    "ServiceUnavailable",
    "ThrottlingException",
    "UnknownOperationException",
    "ValidationError",
    "ValidationException",
}

# aws-amplify, which refreshes by this operation, clears its tokens at this name as well (TokenOrchestrator.ts): what a client
# must be ready for, the pool sends.
UNMODELLED = {("GetTokensFromRefreshToken", "PasswordResetRequiredException")}


class Judge:
    """Sees the bytes of each answer before botocore parses them, because botocore drops what its model does not know."""

    def __init__(self, client):
        self.seen = Counter()
        self.deviations = {}
        client.meta.events.register("before-parse.cognito-identity-provider.*", self._judge)

    def _judge(self, operation_model, response_dict, **_):
        name = operation_model.name
        self.seen[name] += 1
        for deviation in deviations(operation_model, response_dict):
            self.deviations.setdefault(name, set()).add(deviation)


def deviations(operation, response):
    """What in an answer is not as modelled."""
    headers = {key.lower(): value for key, value in response["headers"].items()}
    if headers.get("content-type") != "application/x-amz-json-1.1":
        yield f"content type {headers.get('content-type')!r}"
    if "x-amzn-requestid" not in headers:
        yield "no x-amzn-RequestId"
    if response["status_code"] == 200 and operation.output_shape is None:
        # "… an HTTP 200 response with an empty HTTP body" (DeleteUser, API Reference)
        if response["body"]:
            yield "a body where none is modelled"
        return
    body = json.loads(response["body"])
    if response["status_code"] == 200:
        yield from fits(operation.output_shape, body)
        return
    code = body.get("__type")
    if headers.get("x-amzn-errortype") != f"{code}:":
        yield f"x-amzn-ErrorType {headers.get('x-amzn-errortype')!r} for {code}"
    shapes = {shape.name: shape for shape in operation.error_shapes}
    if code not in shapes and code not in COMMON and (operation.name, code) not in UNMODELLED:
        yield f"{code} is not an error of this operation"
    wanted = 500 if code == "InternalErrorException" else 400
    if response["status_code"] != wanted:
        yield f"{code} with status {response['status_code']}"
    unknown = body.keys() - {"__type", "message"} - set(shapes[code].members if code in shapes else ())
    if unknown:
        yield f"{code} has members {sorted(unknown)}"


def fits(shape, value):
    """botocore's own validator (unknown and missing members, types), and the enumerations and lengths that it leaves out."""
    problems = ParamValidator().validate(value, shape)
    if problems.has_errors():
        yield from problems.generate_report().splitlines()
    yield from constraints(shape, value, shape.name)


def constraints(shape, value, path):
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in value.keys() & shape.members.keys():
            yield from constraints(shape.members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for item in value:
            yield from constraints(shape.member, item, f"{path}[]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for item in value.values():
            yield from constraints(shape.value, item, f"{path}{{}}")
    elif shape.type_name == "timestamp" and not isinstance(value, (int, float)):
        yield f"{path} is no number of seconds"
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"
    size = value if isinstance(value, (int, float)) else len(value) if isinstance(value, (str, list, dict)) else 0
    if "max" in shape.metadata and size > shape.metadata["max"]:
        yield f"{path} is longer than {shape.metadata['max']}"
