"""A server on the loopback interface that answers with raw bytes."""

import socket
from contextlib import contextmanager
from threading import Thread


@contextmanager
def server(*answers):
    """Answer each connection in turn (None: never); gives the address and what was asked."""
    asked = []

    def serve():
        for answer in answers:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65536))
                if answer is None:
                    connection.recv(65536)  # until the caller gives up
                else:
                    connection.sendall(answer)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(10)
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def http(status, body=b"", **headers):
    """Return the bytes of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**named, "Content-Length": len(body)}.items()]
    return "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode() + body
