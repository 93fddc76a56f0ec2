"""A request over the loopback counts as encrypted: it never leaves this machine.

Stock takes every request of a plain HTTP server for one without TLS, and a bucket whose policy
demands TLS then refuses everybody as soon as policies are enforced.
"""

from ministack import app
from ministack.core import iam_evaluator


def apply() -> None:
    """Let policies see TLS; the server listens on the loopback alone."""
    app.pin_request_origin = _pin


def _pin(source_ip: str, secure_transport: bool) -> None:  # noqa: ARG001  # the stock signature
    iam_evaluator.pin_request_origin(source_ip, secure_transport=True)
