import socket

import pytest

from local import ports


def test_busy_port_is_named_with_the_option_that_chooses_another():
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ports.PortBusy, match=rf"port {port} for the console .* --console-port"):
            ports.require(port, "the console", "--console-port")


def test_free_port_can_be_listened_on():
    ports.require(ports.free(), "a test", "--port")
