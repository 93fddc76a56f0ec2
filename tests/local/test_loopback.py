"""The processes of the laptop cloud can be reached from this machine alone."""

import os
import socket
from pathlib import Path

from tests.running import NO_EMULATOR, start_console, start_emulator

LISTENING = "0A"
LOOPBACK = {"0100007F"}  # 127.0.0.1, as the kernel writes it


def listening(pid):
    """Return the addresses, as the kernel writes them, that a process listens on."""
    links = [
        str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()
    ]
    own = {link.removeprefix("socket:[").removesuffix("]") for link in links}
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].partition(":")[0] for row in rows if row[3] == LISTENING and row[9] in own}


def test_the_emulator_listens_on_loopback_only(tmp_path):
    process, _ = start_emulator(tmp_path)

    assert listening(process.pid) == LOOPBACK
    process.stop()


def test_the_console_listens_on_loopback_only(tmp_path):
    process, _ = start_console(tmp_path, NO_EMULATOR)

    assert listening(process.pid) == LOOPBACK
    process.stop()


def test_a_listener_on_every_address_would_be_seen():
    with socket.create_server(("", 0)):
        assert "00000000" in listening(os.getpid())
