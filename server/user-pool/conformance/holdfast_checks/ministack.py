"""ministack, another emulator of Cognito, and a wire tap in front of it that notes who was asked what."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import boto3

from pool import DEADLINE_S

ACCESS_S = 6


class Ministack:
    """A pool with one app client, which has a secret, and the administrator's boto3 client."""

    def __init__(self):
        with create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.directory = tempfile.TemporaryDirectory(prefix="holdfast-ministack-")
        place = self.directory.name
        variables = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AUTH": "true",
            "SERVICES": "cognito-idp,cognito-identity,sts,iam",
            "STATE_DIR": place,
            "S3_DATA_DIR": place,
            "TMPDIR": place,
        }
        program = Path(sys.executable).with_name("ministack")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.child = subprocess.Popen([program], env=os.environ | variables, cwd=place, **quiet)
        self.upstream = f"http://127.0.0.1:{port}"
        until(lambda: self._answers(), "ministack listens")
        self.tap = Tap(self.upstream)
        credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.admin = boto3.client("cognito-idp", endpoint_url=self.upstream, region_name="eu-central-1", **credentials)
        self.pool_id = self.admin.create_user_pool(
            PoolName="holdfast", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
        )["UserPool"]["Id"]
        # Seconds, which Cognito does not allow: its own five minutes would have to be waited for.
        self.client = self.admin.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="holdfast",
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            PreventUserExistenceErrors="ENABLED",
            AccessTokenValidity=ACCESS_S,
            IdTokenValidity=ACCESS_S,
            RefreshTokenValidity=30,
            TokenValidityUnits={"AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "days"},
        )["UserPoolClient"]

    def _answers(self):
        assert self.child.poll() is None, "ministack has ended"
        try:
            urllib.request.urlopen(self.upstream, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def variables(self):
        """What makes it Holdfast's pool."""
        return {
            "HOLDFAST_COGNITO_USER_POOL_ID": self.pool_id,
            "HOLDFAST_COGNITO_CLIENT_ID": self.client["ClientId"],
            "HOLDFAST_COGNITO_CLIENT_SECRET": self.client["ClientSecret"],
            "HOLDFAST_COGNITO_ENDPOINT": self.tap.url,
            # Its tokens name AWS as their issuer, where its keys are not.
            "HOLDFAST_COGNITO_JWKS_URL": f"{self.tap.url}/{self.pool_id}/.well-known/jwks.json",
            "HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY": "30d",
        }

    def user(self, name, password):
        """A user whom the administrator has made, confirmed."""
        attributes = [{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}]
        who = {"UserPoolId": self.pool_id, "Username": name}
        self.admin.admin_create_user(**who, UserAttributes=attributes, MessageAction="SUPPRESS")
        self.admin.admin_set_user_password(**who, Password=password, Permanent=True)
        return who

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tap.stop()
        self.child.terminate()
        self.child.wait(DEADLINE_S)
        self.directory.cleanup()


class Tap:
    """Passes everything on, and keeps the operation, the request and the status of each call, and whether it was signed."""

    def __init__(self, upstream):
        self.upstream = upstream
        self.calls = []
        tap = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                tap.pass_on(self, self.rfile.read(int(self.headers["content-length"])))

            def do_GET(self):
                tap.pass_on(self, None)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pass_on(self, handler, body):
        kept = {name: value for name, value in handler.headers.items() if re.match("x-amz|content-type|auth", name, re.I)}
        request = urllib.request.Request(self.upstream + handler.path, body, kept, method=handler.command)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                status, headers, text = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, headers, text = error.code, error.headers, error.read()
        operation = handler.headers.get("x-amz-target", handler.path).split(".")[-1]
        signed = "authorization" in handler.headers
        request = body and json.loads(body)
        self.calls.append({"operation": operation, "request": request, "status": status, "signed": signed})
        handler.send_response(status)
        for name, value in headers.items():
            if re.match("x-amz|content-type", name, re.I):
                handler.send_header(name, value)
        handler.send_header("content-length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def of(self, operation):
        return [call for call in self.calls if call["operation"] == operation]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def until(condition, what):
    """Waits for a condition, a minute at most; its value."""
    give_up = time.monotonic() + DEADLINE_S
    while time.monotonic() < give_up:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"a minute has passed, and not: {what}")
