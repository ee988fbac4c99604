"""Starts what is tested, and reaches its control plane. Each process has a data directory and a port of its own."""

import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from model import Judge
from report import NotImplemented_

PASSWORD = "Password-1"
DEADLINE_S = 60
SAID = re.compile(r"(endpoint|issuer|pool id|client id|control|Holdfast is at)\s+(\S+)")


class Process:
    """A child that has said where it listens."""

    def __init__(self, binary, ready, **variables):
        self.data = tempfile.TemporaryDirectory(prefix="holdfast-conformance-")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST_", "AWS_"))}
        self.child = subprocess.Popen(
            [binary],
            env=inherited | {"HOLDFAST_DATA": self.data.name} | variables,
            cwd=self.data.name,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.said = {}
        for line in self.child.stdout:
            if found := SAID.match(line):
                self.said[found[1]] = found[2]
            if line.startswith(ready):
                break
        else:
            raise RuntimeError(f"{binary} ended with {self.child.wait()} before it listened")
        # It logs there, too: a full pipe would stop it.
        threading.Thread(target=self.child.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(DEADLINE_S)
        self.data.cleanup()


class Pool(Process):
    """`holdfast-user-pool` with the control plane open, and a boto3 client whose every answer is judged."""

    def __init__(self, **variables):
        super().__init__(
            os.environ["HOLDFAST_USER_POOL_BIN"],
            "control",
            HOLDFAST_POOL_ADDR="127.0.0.1:0",
            HOLDFAST_CONTROL="1",
            HOLDFAST_POOL_USERS=f"ada@example.com:{PASSWORD},grace@example.com:{PASSWORD}",
            **variables,
        )
        self.endpoint = self.said["endpoint"]
        self.pool_id = self.said["pool id"]
        self.client_id = self.said["client id"]
        self.client = boto3.client(
            "cognito-idp",
            endpoint_url=self.endpoint,
            region_name=self.pool_id.split("_")[0],
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=DEADLINE_S),
        )
        self.judge = Judge(self.client)
        self.members = 0

    def implements(self, operation):
        """Whether the pool knows the operation at all, whatever it says to an empty request."""
        request = urllib.request.Request(
            self.endpoint,
            b"{}",
            {
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
            },
        )
        try:
            urllib.request.urlopen(request, timeout=DEADLINE_S).close()
        except urllib.error.HTTPError as error:
            return json.load(error)["__type"] != "UnknownOperationException"
        return True

    def control(self, path, body=None):
        """POSTs to the control plane, or GETs where there is no body."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.said['control']}/{path}", data)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"control {path}: {error.code} {error.read().decode()}") from None

    def advance(self, seconds):
        self.control("advance", {"seconds": seconds})

    def now(self):
        """The pool's clock, in seconds since 1970: that of its latest call."""
        self.client.describe_user_pool_client(UserPoolId=self.pool_id, ClientId=self.client_id)
        return self.control("pool/calls")["calls"][-1]["at_ms"] / 1000

    @contextmanager
    def rules(self, **changes):
        """Other rules of signing in, for a while."""
        before = self.control("pool/rules")
        self.control("pool/rules", changes)
        try:
            yield
        finally:
            self.control("pool/rules", before)

    def code(self, address):
        """The newest code that would have been sent there."""
        messages = [message for message in self.control("pool/outbox")["messages"] if message["to"] == address]
        assert messages, f"nothing was sent to {address}"
        return messages[-1]["code"]

    def by_password(self, name="ada@example.com", password=PASSWORD, **more):
        """What InitiateAuth with USER_PASSWORD_AUTH answers."""
        return self.client.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
            **more,
        )

    def tokens(self, name="ada@example.com", password=PASSWORD):
        return self.by_password(name, password)["AuthenticationResult"]

    def refresh(self, token):
        return self.client.get_tokens_from_refresh_token(ClientId=self.client_id, RefreshToken=token)

    def member(self):
        """The address of a new user of its own, confirmed."""
        self.members += 1
        address = f"member-{self.members}@example.com"
        self.client.sign_up(ClientId=self.client_id, Username=address, Password=PASSWORD)
        self.client.confirm_sign_up(
            ClientId=self.client_id, Username=address, ConfirmationCode=self.code(address)
        )
        return address

    def refused(self, code, call, /, *text, **arguments):
        """Makes a call that must be refused with that exception, and that text where one is published."""
        try:
            answer = call(**arguments)
        except self.client.exceptions.ClientError as error:
            found = error.response["Error"]
            if "not enabled for this client" in found["Message"] and code != found["Code"]:
                raise NotImplemented_(found["Message"]) from None
            assert found["Code"] == code, f"{found['Code']} ({found['Message']!r}) instead of {code}"
            assert not text or found["Message"] in text, f"{found['Message']!r} instead of {' or '.join(map(repr, text))}"
            return found["Message"]
        raise AssertionError(f"{code} was expected, and it was answered with {sorted(answer)}")
