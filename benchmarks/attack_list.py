"""The attacks of `attacks.py`: each yields, for every request, whether it was held off."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

MARKUP = "<script>alert(1)</script>"
TRAVERSALS = (
    "../security.py",
    "..%2fsecurity.py",
    "%2e%2e/%2e%2e/security.py",
    "....//security.py",
    "/etc/passwd",
    "..%5c..%5csecurity.py",
    "main.js%00.html",
)
BODIES = (b"", b"{", b"[" * 100_000, b'{"a":' * 20_000, b"\xff\xfe", b"null", b'"text"', b"NaN")
PATIENCE = 120  # seconds for an answer, on a machine that does other things, too
N_IDLE = 100  # connections that send nothing more


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server that runs, and the routes that it answers."""

    port: int
    routes: list[tuple[str, str]]
    token: str = ""

    @property
    def host(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; the names of headers have underscores."""
        sent = {"Host": self.host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, sent)
            found = connection.getresponse()
            told = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, told, found.read())
        finally:
            connection.close()

    def load_page(self) -> None:
        """Take the token of the page."""
        page = self.ask("GET", "/guide/studies/1").body.decode()
        self.token = re.findall(r'guide-token" content="([^"]+)', page)[0]

    def send(self, request: bytes) -> bytes:
        """What is answered to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def write(
        self, path: str, body: bytes = b"{}", method: str = "POST", **headers: str
    ) -> Answer:
        """As a page of the server would, but for the headers that are given."""
        own = {"Origin": f"http://{self.host}", "X_Guide_Token": self.token}
        return self.ask(
            method, path, body, **{**own, "Content_Type": "application/json", **headers}
        )

    def of(self, *, safe: bool) -> list[tuple[str, str]]:
        """Routes that only read, or the others."""
        return [r for r in self.routes if (r[0] in ("GET", "HEAD")) == safe]


Attack = Callable[[Server], Iterator[bool]]


def cross_site_writes(server: Server) -> Iterator[bool]:
    for method, path in server.of(safe=False):
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
        ):
            yield server.write(path, method=method, **headers).status == 403


def rebinding(server: Server) -> Iterator[bool]:
    for method, path in server.routes:
        origin = {"Host": "evil.example", "Origin": "http://evil.example"}
        yield server.write(path, method=method, **origin).status == 403


def tokens(server: Server) -> Iterator[bool]:
    for method, path in server.of(safe=False):
        if path.startswith("/guide/"):
            for token in ("", "x" * 43, server.token[:-1], server.token.swapcase()):
                yield server.write(path, method=method, X_Guide_Token=token).status == 403


def framing(server: Server) -> Iterator[bool]:
    for _, path in server.of(safe=True):
        found = server.ask("GET", path)
        yield found.headers.get("x-frame-options") == "SAMEORIGIN"
        yield found.headers.get("x-content-type-options") == "nosniff"
        framed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
        yield server.ask("GET", path, **framed, Sec_Fetch_Dest="iframe").status == 403


def reading_by_other_sites(server: Server) -> Iterator[bool]:
    for _, path in server.of(safe=True):
        for mode in ("cors", "no-cors"):
            headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": mode}
            yield server.ask("GET", path, **headers, Origin="http://evil.example").status == 403
        yield "access-control-allow-origin" not in server.ask("GET", path).headers


def markup(server: Server) -> Iterator[bool]:
    for path in ("/guide", "/guide/studies/1", f"/guide/{MARKUP}", "/guide/studies/9"):
        found = server.ask("GET", path.replace("<", "%3C").replace(">", "%3E"))
        policy = found.headers.get("content-security-policy", "")
        yield MARKUP.encode() not in found.body
        yield "script-src 'self';" in policy
        yield "default-src 'none'" in policy


def traversal(server: Server) -> Iterator[bool]:
    for root in ("/guide/static/", "/static/", "/artifacts/1/", "/guide/api/studies/1/figure/"):
        for path in TRAVERSALS:
            found = server.ask("GET", root + path)
            yield found.status >= 400 or b"<!doctype" in found.body[:200].lower()
            yield b"root:" not in found.body
            yield b"hmac" not in found.body


def bodies(server: Server) -> Iterator[bool]:
    for method, path in server.of(safe=False):
        for body in BODIES:
            if path.startswith("/guide/"):
                yield 400 <= server.write(path, body, method).status < 500
    for length in ("-1", "many", str(10**12)):
        request = f"POST /guide/api/studies/1/kept HTTP/1.1\r\nHost: {server.host}\r\n"
        request += f"Origin: http://{server.host}\r\nX-Guide-Token: {server.token}\r\n"
        request += f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        yield b" 200 " not in server.send(request.encode()).partition(b"\r\n")[0]


def long_urls(server: Server) -> Iterator[bool]:
    for _, path in server.of(safe=True):
        if path.startswith("/guide/api/"):
            yield server.ask("GET", f"{path}?params={'x' * 20_000}").status < 500


def header_injection(server: Server) -> Iterator[bool]:
    for path in (
        "/guide/studies/1%0d%0aX-Evil:%201",
        "/guide?x=%0d%0aX-Evil:%201",
        "/%0d%0aX-Evil:1",
    ):
        yield "x-evil" not in server.ask("GET", path).headers
    for header in (b"Host: 127.0.0.1\r\n X-Evil: 1", b"Host: a\r\nHost: 127.0.0.1", b"Host:"):
        found = server.send(b"GET /guide HTTP/1.1\r\n" + header + b"\r\nConnection: close\r\n\r\n")
        yield b"\r\nX-Evil" not in found.partition(b"\r\n\r\n")[0]


def cache_poisoning(server: Server) -> Iterator[bool]:
    for path in ("/dashboard", "/dashboard/studies/1", "/guide/studies/1"):
        for name in ("X_Forwarded_Host", "X_Original_URL", "X_Rewrite_URL", "X_Forwarded_Prefix"):
            found = server.ask("GET", path, **{name: "evil.example"})
            yield b"evil.example" not in found.body
            yield found.headers.get("cache-control") in ("no-cache", "no-store")
        yield server.ask("GET", path, X_HTTP_Method_Override="DELETE").status == 200


def artifacts(server: Server) -> Iterator[bool]:
    for artifact in json.loads(server.ask("GET", "/api/studies/1").body)["artifacts"]:
        found = server.ask("GET", f"/artifacts/1/{artifact['artifact_id']}")
        policy = found.headers.get("content-security-policy", "")
        yield policy.startswith("sandbox;")
        yield "allow-scripts" not in policy


def slow_connections(server: Server) -> Iterator[bool]:
    with ExitStack() as stack:
        for k in range(N_IDLE):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            idle.sendall((b"", b"GET /guide HTTP/1.1\r\nHost: ", b"POST / HTTP/1.1\r\n")[k % 3])
        seconds = []
        for _ in range(3):
            started = time.monotonic()
            yield server.ask("GET", "/guide/api/studies").status == 200
            seconds.append(time.monotonic() - started)
        yield min(seconds) < 5


ATTACKS: dict[str, Attack] = {
    "writes from other sites and ports": cross_site_writes,
    "DNS rebinding, every route": rebinding,
    "writes without the token": tokens,
    "frames and sniffed types": framing,
    "data asked for by other sites": reading_by_other_sites,
    "names as markup": markup,
    "paths out of the folder": traversal,
    "deep, malformed and oversized bodies": bodies,
    "URLs of 20 kB": long_urls,
    "injected headers": header_injection,
    "poisoned caches": cache_poisoning,
    "artifacts that are pages": artifacts,
    f"{N_IDLE} connections that send nothing": slow_connections,
}


def read_only(server: Server) -> Iterator[bool]:
    for method, path in server.of(safe=False):
        yield server.write(path, method=method).status == 403
