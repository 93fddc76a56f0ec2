"""Kills the whole process group after one chosen AWS call; only a killed deploy imports it."""

import os
import signal

from botocore import handlers


def _kill(**_):
    os.killpg(0, signal.SIGKILL)


handlers.BUILTIN_HANDLERS.append((f"after-call.{os.environ['KILL_AFTER']}", _kill))
