"""Ports of this machine: whether one can be listened on, and a free one for a test."""

import socket

HOST = "127.0.0.1"


class PortBusy(Exception):
    """Raised when a port is taken; the message says how to choose another."""


def require(port: int, what: str, option: str) -> None:
    """Raise PortBusy unless something could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortBusy(
                f"port {port} for {what} cannot be used ({error.strerror}). Another copy may be "
                f'running; stop it, or choose others: make run ARGS="--port 4666 '
                f'--console-port 4680" (and --home .local2 in the same folder). Here: {option}.'
            ) from None


def free() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
