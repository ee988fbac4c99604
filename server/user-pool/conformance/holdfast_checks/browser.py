"""A `holdfast` process, and something that speaks to it as a browser would: one cookie, and the origin."""

import http.cookiejar
import json
import os
import urllib.error
import urllib.request

from pool import DEADLINE_S, Process


class Holdfast(Process):
    """The server on a free port, with these variables."""

    def __init__(self, **variables):
        super().__init__(
            os.environ["HOLDFAST_BIN"], "Holdfast is at", HOLDFAST_ADDR="127.0.0.1:0", HOLDFAST_LOG="warn", **variables
        )
        self.url = self.said["Holdfast is at"]

    def browser(self):
        return Browser(self.url)


class Browser:
    def __init__(self, url):
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, method, path, body=None):
        """Status and body of an answer, whatever the status."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Origin": self.url, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with self.opener.open(request, timeout=DEADLINE_S) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None

    def sign_in(self, name, password):
        return self.ask("POST", "/api/session", {"username": name, "password": password})
