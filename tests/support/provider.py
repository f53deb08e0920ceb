"""An identity provider of the tests (OpenID Connect, code flow with PKCE), on loopback: whoever is said to sits there.

It signs in whoever `sitting` names, without asking, and says of them the groups that stand in `groups` at that moment.
"""

import base64
import json
import secrets
import threading
import time
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Provider(ThreadingHTTPServer):
    """The provider: who sits at the browser, which groups each is in, and what it calls the one client."""

    daemon_threads = True

    def __init__(self, client: str, secret: str):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client, self.secret = client, secret
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.sitting, self.groups = "", dict[str, list[str]]()
        self.audience = client  # what a token says whom it is for; another client's in a test of that
        self.down = False  # whether it answers nothing but that it is out of order
        self.codes, self.tokens = dict[str, dict](), dict[str, str]()
        self.key = rsa.generate_private_key(65537, 2048)

    def token(self, subject: str, nonce: str | None) -> str:
        """An identity token, which says no groups."""
        now = int(time.time())
        said = {"iss": self.issuer, "sub": subject, "aud": self.audience, "iat": now, "exp": now + 300, "nonce": nonce}
        parts = [_text(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "one", "typ": "JWT"}, said)]
        signed = self.key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, _text(signed)])

    def discovery(self) -> dict:
        """What a client is told of it."""
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            **{f"{name}_endpoint": f"{self.issuer}/{place}" for name, place in places.items()},
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }


class _Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def log_message(self, *_said: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.server.down:
            return self._say({"error": "temporarily_unavailable"}, 503)
        place = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        public = self.server.key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": _number(public.n), "e": _number(public.e)}
        if place.path == "/.well-known/openid-configuration":
            return self._say(self.server.discovery())
        if place.path == "/keys":
            return self._say({"keys": [key]})
        if place.path == "/authorize" and asked.get("client_id") == self.server.client:
            return self._sign_in(asked)
        if place.path == "/userinfo":
            who = self.server.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            said = {"sub": who, "groups": self.server.groups.get(who or "", [])}
            return self._say(said) if who else self._say({"error": "invalid_token"}, 401)
        return self._say({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        read = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        asked = {name: values[0] for name, values in parse_qs(read).items()}
        basic = base64.b64encode(f"{self.server.client}:{self.server.secret}".encode()).decode()
        known = (
            self.headers.get("Authorization") == f"Basic {basic}" or asked.get("client_secret") == self.server.secret
        )
        begun = self.server.codes.pop(asked.get("code", ""), None)
        proof = _text(sha256(asked.get("code_verifier", "").encode()).digest())
        if not known or begun is None or begun.get("code_challenge") != proof:
            return self._say({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe()
        self.server.tokens[access] = begun["subject"]
        identity = self.server.token(begun["subject"], begun.get("nonce"))
        return self._say({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": identity})

    def _sign_in(self, asked: dict[str, str]) -> None:
        code = secrets.token_urlsafe()
        self.server.codes[code] = asked | {"subject": self.server.sitting}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, said: dict, status: int = 200) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def provider(client: str, secret: str):
    """A provider that runs in a thread of this process."""
    made = Provider(client, secret)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
