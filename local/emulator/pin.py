"""The one version of the emulator whose private functions the patches know."""

from importlib.metadata import PackageNotFoundError, version

PINNED = "1.5.33"


class WrongEmulator(Exception):
    """Raised when the installed emulator is not the pinned one; fit to be shown."""


def installed() -> str:
    """Return the installed emulator's version, or "none"."""
    try:
        return version("ministack")
    except PackageNotFoundError:
        return "none"


def check(found: str) -> None:
    """Refuse any version but the pinned one: the patches replace functions by private name."""
    if found != PINNED:
        raise WrongEmulator(
            f"ministack {found} is installed, but local/emulator/patches are written for {PINNED}. "
            f"Run `make setup`; or move the pin: requirements.in, local/emulator/pin.py, "
            f"then `pytest tests/local` says which patches are still needed."
        )
