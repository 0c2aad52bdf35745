"""A small OpenID Connect provider on localhost, for tests: discovery, authorize, token, keys and userinfo."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET = "good-lives", "the organisation's secret"


class Provider:
    """Who the provider says has signed in there, and what it was asked."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.id_token: dict[str, Any] = {}  # what its token says otherwise
        self.key, self.signed_by = KEY, "RS256"
        self.issuer = ""  # where its description says another
        self.leaves_out: set[str] = set()  # of its answer
        self.asked: list[dict[str, str]] = []
        self.url = ""
        self.moved = ""  # where its description is instead

    def token(self) -> str:
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "amr": ["pwd", "mfa"],
            **self.person,
            **self.id_token,
        }
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, self.key, algorithm=self.signed_by, headers={"kid": "1"})


def handler_for(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if provider.moved and parts.path.startswith("/.well-known/") and not parts.query:
                self.send_response(302)
                self.send_header("Location", f"{provider.moved}?again=1")
                self.end_headers()
            elif parts.path == "/authorize":
                provider.asked.append(asked)
                self.send_response(302)
                back = urlencode({"code": "a code", "state": asked["state"]})
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            else:
                self.say(self.answers()[parts.path])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked.append({name: values[0] for name, values in parse_qs(body).items()})
            said = {"access_token": "a token", "token_type": "Bearer", "id_token": provider.token()}
            self.say({name: value for name, value in said.items() if name not in provider.leaves_out})

        def answers(self) -> dict[str, Any]:
            at = provider.url
            return {
                "/.well-known/openid-configuration": {
                    "issuer": provider.issuer or at,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/userinfo",
                    "jwks_uri": f"{at}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                },
                "/keys": {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "1"}]},
                "/userinfo": provider.person,
            }

        def say(self, answer: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(provider))
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
