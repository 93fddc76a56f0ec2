"""One bearer token a role, made once and kept with the state."""

from infra import access
from infra.aws import Cloud
from local.home import Home
from shared.contract import ROLES

_FILE = "tokens.json"


def ensure(cloud: Cloud, home: Home) -> dict[str, str]:
    """Return a token for each role, as text that a request carries."""
    kept = home.read(_FILE) or {}
    tokens: dict[str, str] = {role: kept.get(role) or _issue(cloud, role) for role in ROLES}
    if tokens != kept:
        home.write(_FILE, tokens)
    return tokens


def _issue(cloud: Cloud, role: str) -> str:
    return access.create(cloud, role, f"{role}@example.org")
