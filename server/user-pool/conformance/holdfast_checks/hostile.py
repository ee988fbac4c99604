"""Tokens that nobody should believe, made with joserfc: most of them signed with the pool's own key, so that only the one
thing that is wrong with them can be the reason to refuse them."""

import base64
import json
import warnings

from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc import jwe
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

# They are made on purpose.
warnings.simplefilter("ignore", SecurityWarning)

MISSING = object()
HOUR = 60 * 60
STRANGE = (None, True, 0, 1.5, [], {}, "")


def private_key(state, purpose):
    """The pool's signing key and its id, from what it keeps on the disk."""
    stored = [key for key in state["keys"] if key["purpose"] == purpose][-1]
    return stored["kid"], RSAKey.import_key(load_der_private_key(base64.b64decode(stored["pkcs8"]), None))


def encode(part):
    """base64url of bytes, or of the JSON of anything else."""
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(header, claims, key, alg):
    """A compact JWS whose header and payload are whatever they are; the signature is joserfc's."""
    signing_input = f"{encode(header)}.{encode(claims)}"
    signature = JWSRegistry(algorithms=[alg]).get_alg(alg).sign(signing_input.encode(), key)
    return f"{signing_input}.{encode(signature)}"


class Secret:
    """Any bytes as the key of an HMAC: joserfc itself refuses to take a public key for one."""

    def __init__(self, secret):
        self.secret = secret

    def get_op_key(self, _):
        return self.secret


class Forge:
    """Makes every hostile form of one good token."""

    def __init__(self, claims, kid, key, now):
        self.claims, self.kid, self.key, self.now = claims, kid, key, now
        self.header = {"kid": kid, "alg": "RS256"}
        self.own = RSAKey.generate_key(2048)

    def good(self, **changes):
        """What the pool could have made; with changes, what it never would. It is the control, too."""
        claims = {name: value for name, value in (self.claims | changes).items() if value is not MISSING}
        return sign(self.header, claims, self.key, "RS256")

    def all(self):
        """Every case by its name."""
        cases = {}
        for family in (self.claims_, self.times, self.algorithms, self.headers, self.keys, self.forms):
            cases |= family()
        return cases

    def claims_(self):
        audience = "client_id" if self.claims["token_use"] == "access" else "aud"
        named = ("iss", "sub", "token_use", audience, "exp")
        cases = {f"no {name}": self.good(**{name: MISSING}) for name in named}
        for name in named:
            for value in STRANGE:
                cases[f"{name} is {json.dumps(value)}"] = self.good(**{name: value})
        issuer = self.claims["iss"]
        for value in (f"{issuer}/", f"{issuer}x", issuer.upper(), issuer[:-1], f" {issuer}", [issuer], [issuer, "x"],
                      "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other1234"):
            cases[f"iss is {json.dumps(value)}"] = self.good(iss=value)
        for value in ("refresh", "ID", "id ", "accessid", ["id"], ["access"], {"use": "id"}):
            cases[f"token_use is {json.dumps(value)}"] = self.good(token_use=value)
        client = self.claims[audience]
        for value in (client[:-1], f"{client}x", client.upper(), ["another"], {client: client}, f"{client},another"):
            cases[f"{audience} is {json.dumps(value)}"] = self.good(**{audience: value})
        other = {"client_id": "aud", "aud": "client_id"}[audience]
        swapped = {"access": "id", "id": "access"}[self.claims["token_use"]]
        cases[f"called {swapped}"] = self.good(token_use=swapped)
        cases[f"{other} instead of {audience}"] = self.good(**{audience: MISSING, other: client})
        return cases

    def times(self):
        now = self.now
        cases = {f"exp is {label}": self.good(exp=value) for label, value in {
            "an hour ago": now - HOUR, "1970": 0, "before 1970": -1, "text": str(now + HOUR), "no number": "never",
            "ISO 8601": "2099-01-01T00:00:00Z", "a list": [now + HOUR], "an object": {"$gt": 0}, "true": True,
        }.items()}
        cases["exp is infinite"] = sign(self.header, self.raw(exp=b"1e400"), self.key, "RS256")
        cases["exp is not a number"] = sign(self.header, self.raw(exp=b"NaN"), self.key, "RS256")
        cases["exp is Infinity"] = sign(self.header, self.raw(exp=b"Infinity"), self.key, "RS256")
        cases["exp comes twice"] = sign(self.header, self.raw(exp=b'%d,"exp":%d' % (now + HOUR, now - HOUR)), self.key, "RS256")
        cases["iat is tomorrow"] = self.good(iat=now + 24 * HOUR, auth_time=now + 24 * HOUR, exp=now + 48 * HOUR)
        cases["nbf is tomorrow"] = self.good(nbf=now + 24 * HOUR)
        return cases

    def raw(self, **written):
        """The claims as JSON, one of them written by hand."""
        members = [b"%s:%s" % (json.dumps(name).encode(), json.dumps(value).encode())
                   for name, value in self.claims.items() if name not in written]
        members += [b'"%s":%s' % (name.encode(), text) for name, text in written.items()]
        return b"{%s}" % b",".join(members)

    def algorithms(self):
        public = self.key.as_pem(private=False)
        secrets = {
            "its public key as PEM": public, "its public key as DER": self.key.as_der(private=False),
            "its modulus": base64.urlsafe_b64decode(self.key.as_dict()["n"] + "=="), "its key id": self.kid.encode(), "nothing": b"\0",
        }
        cases = {}
        for alg in ("HS256", "HS384", "HS512"):
            for label, secret in secrets.items():
                cases[f"{alg} with {label}"] = sign(self.header | {"alg": alg}, self.claims, Secret(secret), alg)
        for alg in ("RS384", "RS512", "PS256", "PS384", "PS512"):
            cases[f"{alg} with the right key"] = sign(self.header | {"alg": alg}, self.claims, self.key, alg)
            cases[f"{alg}, called RS256"] = sign(self.header, self.claims, self.key, alg)
        for alg, key in (("ES256", ECKey.generate_key("P-256")), ("ES384", ECKey.generate_key("P-384")), ("EdDSA", OKPKey.generate_key("Ed25519"))):
            cases[f"{alg} with a key of its own"] = sign(self.header | {"alg": alg}, self.claims, key, alg)
        head, body, signature = self.good().split(".")
        for alg in ("none", "None", "NONE", "nOnE", "", None, "rs256", "RSA", "RS256 ", ["RS256"], 256):
            other = encode(self.header | {"alg": alg})
            cases[f"alg {json.dumps(alg)} without a signature"] = f"{other}.{body}."
            cases[f"alg {json.dumps(alg)} with the old one"] = f"{other}.{body}.{signature}"
        cases["no alg"] = sign({"kid": self.kid}, self.claims, self.key, "RS256")
        return cases

    def headers(self):
        mine = self.own.as_dict(private=False)
        evil = "http://127.0.0.1:9/jwks.json"
        changes = {
            "an embedded key": {"jwk": mine}, "a key set elsewhere": {"jku": evil}, "a certificate elsewhere": {"x5u": evil},
            "a certificate": {"x5c": [encode(self.own.as_der(private=False))]}, "a thumbprint": {"x5t": "AAAA"},
            "an embedded key under the pool's id": {"jwk": mine | {"kid": self.kid}},
        }
        cases = {f"signed by a stranger, with {label}": sign(self.header | change, self.claims, self.own, "RS256")
                 for label, change in changes.items()}
        cases |= {f"{label}, without kid": sign({"alg": "RS256"} | change, self.claims, self.own, "RS256")
                  for label, change in changes.items()}
        for crit in (["exp"], ["b64"], ["x"], [], "exp", 0):
            header = self.header | {"crit": crit, "b64": True, "x": 1, "exp": self.now + HOUR}
            cases[f"crit is {json.dumps(crit)}"] = sign(header, self.claims, self.key, "RS256")
        cases["an unencoded payload (RFC 7797)"] = sign(self.header | {"b64": False, "crit": ["b64"]}, self.claims, self.key, "RS256")
        for header in (b"", b"null", b"[]", b'"RS256"', b"{", b'{"alg":"RS256"', b"\xff\xfe"):
            cases[f"the header is {header!r}"] = sign(header, self.claims, self.key, "RS256")
        return cases

    def keys(self):
        cases = {"signed by a stranger": sign(self.header, self.claims, self.own, "RS256")}
        for kid in (MISSING, None, "", 0, [self.kid], self.kid + "=", self.kid.lower(), self.kid[:-2], "../" + self.kid,
                    "' OR 1=1 --", "/dev/null", "a" * 10_000, "\0", f"{self.kid}\n"):
            header = {"alg": "RS256"} | ({} if kid is MISSING else {"kid": kid})
            label = "missing" if kid is MISSING else json.dumps(kid)[:40]
            cases[f"kid is {label}"] = sign(header, self.claims, self.key, "RS256")
        return cases

    def forms(self):
        token = self.good()
        head, body, signature = token.split(".")
        flip = lambda part, at: part[:at] + ("A" if part[at] != "A" else "B") + part[at + 1:]
        cases = {
            "nothing": "", "a dot": ".", "two dots": "..", "three dots": "...", "a word": "token", "null": "null",
            "without a signature": f"{head}.{body}", "with an empty one": f"{head}.{body}.", "four parts": f"{token}.{signature}",
            "the parts turned round": f"{signature}.{body}.{head}", "an empty payload": f"{head}..{signature}",
            "an empty header": f".{body}.{signature}", "half a signature": f"{head}.{body}.{signature[:128]}",
            "a longer signature": f"{head}.{body}.{signature}AAAA", "padded": f"{head}.{body}.{signature}==",
            "standard base64": f"{head}.{body}.{signature.replace('-', '+').replace('_', '/')}+/", "a space inside": f"{head}. {body}.{signature}",
            "a quote around": f'"{token}"', "a comma and another": f"{token},{token}", "text after it": f"{token} and more",
            "a zero signature": f"{head}.{body}.{encode(bytes(256))}", "a signature of ones": f"{head}.{body}.{encode(bytes([0] * 255 + [1]))}",
            "another token's signature": f"{head}.{encode(self.claims | {'sub': 'someone-else'})}.{signature}",
        }
        for part, label in ((0, "header"), (1, "payload"), (2, "signature")):
            for at in (0, 40, -9):
                parts = token.split(".")
                parts[part] = flip(parts[part], at % len(parts[part]))
                cases[f"a letter of the {label} changed at {at}"] = ".".join(parts)
        for payload in (b"", b"null", b"[]", b"{}", b'"text"', b"{", json.dumps(self.claims).encode()[:-1], b"\xff\xfe"):
            cases[f"the payload is {payload[:20]!r}"] = sign(self.header, payload, self.key, "RS256")
        cases["a JWT in a JWT"] = sign(self.header | {"cty": "JWT"}, token.encode(), self.key, "RS256")
        for enc in ("A128GCM", "A256GCM", "A128CBC-HS256"):
            header = {"alg": "RSA-OAEP", "enc": enc, "kid": self.kid}
            cases[f"encrypted for the pool with {enc}"] = jwe.encrypt_compact(header, json.dumps(self.claims), self.key)
        cases["JSON serialization"] = json.dumps({"protected": head, "payload": body, "signature": signature})
        cases["a payload of 12 KiB"] = self.good(padding="x" * 12 * 1024)
        cases["a payload of 48 KiB"] = self.good(padding="x" * 48 * 1024)
        cases["a deep payload"] = sign(self.header, self.raw(deep=b"[" * 3000 + b"]" * 3000), self.key, "RS256")
        return cases
