"""A browser with a passkey and a key that signs, in software, for benchmarks of sign-in."""

import base64
import hashlib
import json
import os
import secrets
import socket

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

PORT = int(os.environ.get("PORT", "8245"))
ISSUER = f"http://localhost:{PORT}"


def digest(handle: str) -> str:
    """Give what the database keeps of a handle."""
    return hashlib.sha256(handle.encode()).hexdigest()


def b64(raw: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def base36(number: int) -> str:
    """Write a number as allauth writes an account's key into a passkey."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


class Key:
    """A P-256 key that signs compact tokens."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        self.x, self.y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        self.jwk = {"kty": "EC", "crv": "P-256", "x": b64(self.x), "y": b64(self.y)}

    def sign(self, header: dict[str, object], claims: dict[str, object]) -> str:
        """Sign claims with ES256."""
        head = b64(json.dumps({"alg": "ES256", **header}).encode())
        text = f"{head}.{b64(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self.private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


class Passkey:
    """An authenticator in software."""

    def __init__(self) -> None:
        self.key = Key()
        self.id = secrets.token_bytes(16)
        self.rp = hashlib.sha256(b"localhost").digest()

    def registration(self) -> dict[str, object]:
        """Give what a browser would have sent at registration, without attestation."""
        cose = bytes.fromhex("a5010203262001215820") + self.key.x
        cose += bytes.fromhex("225820") + self.key.y
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        data = self.rp + b"\x45" + bytes(4) + attested
        coded = bytes.fromhex("a363666d74646e6f6e656761747453746d74a068617574684461746158")
        coded += bytes([len(data)]) + data
        client = {"type": "webauthn.create", "challenge": "AAAA", "origin": ISSUER}
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": b64(json.dumps(client).encode()),
                "attestationObject": b64(coded),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }

    def assertion(self, challenge: str, account: int) -> dict[str, object]:
        """Answer a challenge with user presence and verification."""
        client = {"type": "webauthn.get", "challenge": challenge, "origin": ISSUER}
        said = json.dumps(client).encode()
        data = self.rp + b"\x05" + (1).to_bytes(4, "big")
        signed = data + hashlib.sha256(said).digest()
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": b64(said),
                "authenticatorData": b64(data),
                "signature": b64(self.key.private.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": b64(base36(account).encode()),
            },
            "clientExtensionResults": {},
        }


class Wire:
    """One kept connection that speaks just enough HTTP."""

    def __init__(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", PORT), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.cookies: dict[str, str] = {}

    def send(
        self, method: str, path: str, *, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request and read its answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{PORT}"]
        if self.cookies:
            jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {jar}")
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        return self._read()

    def _more(self) -> None:
        found = self.socket.recv(65536)
        if not found:
            raise ConnectionError("closed")
        self.buffer += found

    def _read(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in rest:
            name, _, value = (part.strip() for part in line.partition(":"))
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        if headers.get("transfer-encoding") == "chunked":
            body = self._chunks()
        else:
            size = int(headers.get("content-length", 0))
            while len(self.buffer) < size:
                self._more()
            body, self.buffer = self.buffer[:size], self.buffer[size:]
        return int(first.split()[1]), headers, body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.buffer:
                self._more()
            line, _, self.buffer = self.buffer.partition(b"\r\n")
            size = int(line, 16)
            while len(self.buffer) < size + 2:
                self._more()
            body += self.buffer[:size]
            self.buffer = self.buffer[size + 2 :]
            if not size:
                return body
