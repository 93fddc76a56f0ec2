"""Starts the console on the loopback interface."""

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from local.console import identity
from local.console.app import Options, build
from local.console.connection import CuttableProtocol

HOST = "127.0.0.1"


def main() -> None:
    """Serve until told to stop; `console.json` in the home folder says where."""
    arguments = _arguments()
    home: Path = arguments.home
    listener = _listen(arguments.port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    state = home / "console"
    me = identity.load(state)
    app = build(Options(state, arguments.emulator, arguments.webhook_delay), me)
    identity.publish(home / "console.json", me, url)
    print(f"console on {url}", flush=True)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=CuttableProtocol,
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
    server.run(sockets=[listener])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.console", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder that keeps the state")
    parser.add_argument("--port", type=int, default=4580, help="0 takes any free port")
    parser.add_argument("--emulator", default="http://127.0.0.1:4566", help="base URL")
    parser.add_argument(
        "--webhook-delay",
        type=float,
        default=0.3,
        metavar="SECONDS",
        help="time from an accepted mail to its events",
    )
    return parser.parse_args()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        sys.exit(f"console: port {port} of {HOST} is not free ({error.strerror}): choose another")
    # Whoever reads console.json may connect at once and is served when the app has started.
    listener.listen(1024)
    return listener


if __name__ == "__main__":
    main()
