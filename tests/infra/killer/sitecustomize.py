"""Kills the whole process group after one chosen AWS call; on PYTHONPATH of the killed deploy only."""

import os
import signal

from botocore import handlers


def _kill(**_):
    os.killpg(0, signal.SIGKILL)


handlers.BUILTIN_HANDLERS.append((f"after-call.{os.environ['KILL_AFTER']}", _kill))
