"""The environment of the laptop cloud's processes; the only module of `local` that touches it."""

import os
from collections.abc import Mapping
from pathlib import Path

REGION_FALLBACK = "eu-west-2"

# What a process needs of the person's own environment; the rest, AWS credentials and proxies
# above all, must not leak into functions.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "USER", "SHELL", "TERM", "SYSTEMROOT", "VIRTUAL_ENV")

# How this machine reaches its package index: the real zips are built by a child.
_INSTALLERS = ("UV_", "PIP_", "SSL_CERT_")


def clean() -> dict[str, str]:
    """Return the part of this process's environment that children may see."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_INSTALLERS)
    }
    # A reload must read the source: a stale .pyc of equal size and second would win.
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def for_emulator(home: Path, port: int, region: str, *, enforce_iam: bool) -> dict[str, str]:
    """Return what the emulator reads when it is imported; it keeps everything under `home`."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": region,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        "TMPDIR": str(home / "tmp"),
        "AUTH": "true" if enforce_iam else "false",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def for_clients(endpoint: str, region: str, key: str, secret: str) -> dict[str, str]:
    """Return what boto3, Chalice and the apps need to reach the emulator and nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def use(values: Mapping[str, str]) -> None:
    """Set variables of this process, and forget what would point it at a real account."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE"):
        os.environ.pop(name, None)
    os.environ.update(values)
