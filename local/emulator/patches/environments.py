"""A bounded number of execution environments for each function; more callers wait in line.

Stock starts a process for every call that finds no idle one, as AWS does. AWS has the machines for
it: here, twenty requests at once are forty cold starts on a few cores, and all of them time out.
A function that calls itself and waits for the answer would need more than one; none here does.
"""

import os
from collections import defaultdict
from threading import BoundedSemaphore, Lock
from typing import Any

from ministack.services import lambda_svc

type Json = dict[str, Any]


def default_width() -> int:
    """Return how many environments of a function this machine can start at once."""
    return 2 + 2 * (os.cpu_count() or 1)


def apply(width: int) -> None:
    """Let at most `width` calls of a function run at once; goes after every other wrapper."""
    stock = lambda_svc._execute_function_warm
    gates: defaultdict[str, BoundedSemaphore] = defaultdict(lambda: BoundedSemaphore(width))
    making = Lock()

    def execute(func: Json, event: Any, request_id: str) -> Json:
        name = str((func.get("config") or func).get("FunctionArn", ""))
        with making:
            gate = gates[name]
        with gate:
            result: Json = stock(func, event, request_id)
        return result

    lambda_svc._execute_function_warm = execute
