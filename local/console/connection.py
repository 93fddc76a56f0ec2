"""HTTP connections that an endpoint can cut, as a crashing server or a broken network would."""

import asyncio
import socket
import struct

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "connection"


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, which also hands its transport to the request's state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as H11Protocol does
        """Remember the transport for the requests of this connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _KEY: transport}


async def cut(request: Request) -> None:
    """Reset the connection of a request: whatever is answered afterwards reaches nobody."""
    transport: asyncio.Transport = request.scope["state"][_KEY]
    raw: socket.socket | None = transport.get_extra_info("socket")
    if raw is not None:
        # With a linger time of zero the kernel sends RST, which no client can take for an answer.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    # The protocol learns of the loss in the loop's next turn; only then is an answer dropped.
    await asyncio.sleep(0)
