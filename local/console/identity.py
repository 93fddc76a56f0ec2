"""Who the stand-in is: its API key, its signing key, and the file that tells both to others."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True, slots=True)
class Identity:
    """What a SendGrid account would have: an API key and the key pair of its webhook."""

    api_key: str
    signing_key: ec.EllipticCurvePrivateKey

    @property
    def public_key(self) -> str:
        """The webhook's public key as SendGrid shows it: base64 of a DER SubjectPublicKeyInfo."""
        der = self.signing_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return b64encode(der).decode()


def load(state: Path) -> Identity:
    """Return the identity kept in the folder `state`; the first call makes it."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_file, pair_file = state / "api-key", state / "webhook-key.pem"
    if not key_file.exists():
        token = f"SG.local.{secrets.token_urlsafe(32)}"
        write_private(key_file, token.encode())
    if not pair_file.exists():
        pair = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_private(pair_file, pair)
    pair_loaded = serialization.load_pem_private_key(pair_file.read_bytes(), password=None)
    if not isinstance(pair_loaded, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{pair_file} holds no elliptic curve key: remove it to get a new one")
    return Identity(key_file.read_text(), pair_loaded)


def publish(path: Path, identity: Identity, url: str) -> None:
    """Write the file from which the launcher learns where the stand-in is, and its keys."""
    facts = {
        "url": url,
        "api_key": identity.api_key,
        "webhook_public_key": identity.public_key,
    }
    write_private(path, json.dumps(facts, indent=2).encode())


def write_private(path: Path, content: bytes) -> None:
    """Replace a file at once, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
