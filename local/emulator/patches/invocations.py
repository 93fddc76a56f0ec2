"""Asynchronous invocations in a line of bounded width, retried, with both destinations.

Stock starts a thread and a process per event (thirty uploads are thirty processes), counts a
throttled attempt as a failed one, has no OnSuccess, and wraps a dead letter in an envelope.
"""

import contextvars
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from ministack.services import lambda_svc

from local.emulator import destinations

type Json = dict[str, Any]

_THROTTLED_WAIT = 0.2


def apply(width: int) -> None:
    """Let at most `width` asynchronous invocations run at once; the rest wait in line."""
    line = Line(width)
    lambda_svc.invoke_async_with_retry = line.put


class Line:
    """Events that wait for their asynchronous invocation."""

    def __init__(self, width: int) -> None:
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="async-invocation")

    def put(self, func: Json, event: Any) -> None:
        """Invoke `func` some time soon, as often as its settings allow, then tell destinations."""
        config = func.get("config") or func
        scope = lambda_svc._account_region_from_function_config(config)
        self._start(_Invocation(func, event, config, scope), 0.0)

    def _start(self, invocation: "_Invocation", wait: float) -> None:
        context = contextvars.copy_context()

        def submit() -> None:
            self._pool.submit(context.run, self._attempt, invocation)

        _later(wait, submit)

    def _attempt(self, invocation: "_Invocation") -> None:
        wait = invocation.attempt()
        if wait is not None:
            self._start(invocation, wait)


def _later(wait: float, act: Callable[[], None]) -> None:
    if not wait:
        act()
        return
    timer = Timer(wait, act)
    timer.daemon = True
    timer.start()


@dataclass
class _Invocation:
    func: Json
    event: Any
    config: Json
    scope: tuple[str, str]
    attempts: int = 0
    born: float = field(default_factory=time.monotonic)

    def attempt(self) -> float | None:
        """Run the function once; return the seconds to the next attempt, or None when done."""
        lambda_svc._request_account_id.set(self.scope[0])
        lambda_svc._request_region.set(self.scope[1])
        result = lambda_svc._execute_function(self.func, self.event)
        if result.get("throttle"):
            return _THROTTLED_WAIT
        self.attempts += 1
        settings = self._settings()
        pause = self._pause()
        age = time.monotonic() - self.born + pause
        retries = settings.get("MaximumRetryAttempts")
        if (
            result.get("error")
            and self.attempts <= (2 if retries is None else int(retries))
            and age <= int(settings.get("MaximumEventAgeInSeconds") or 21600)
        ):
            return pause
        self._tell(result, settings.get("DestinationConfig") or {})
        return None

    def _settings(self) -> Json:
        found = self.func.get("event_invoke_config") or (
            self.func.get("event_invoke_configs") or {}
        ).get("$LATEST")
        return dict(found or {})

    def _pause(self) -> float:
        base = float(lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS)
        most = float(lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS)
        return float(min(base * 2 ** (self.attempts - 1), most))

    def _tell(self, result: Json, targets: Json) -> None:
        failed = bool(result.get("error"))
        if target := (targets.get("OnFailure" if failed else "OnSuccess") or {}).get("Destination"):
            destinations.send(target, json.dumps(self._outcome(result, failed)))
        if failed and (dead := (self.config.get("DeadLetterConfig") or {}).get("TargetArn")):
            body = result.get("body")
            said = body.get("errorMessage", "") if isinstance(body, dict) else ""
            note = {"ErrorCode": "200", "ErrorMessage": said[:1024] or "Unhandled"}
            destinations.send(dead, json.dumps(self.event), note)

    def _outcome(self, result: Json, failed: bool) -> Json:
        context = {
            "functionArn": self.config.get("FunctionArn", ""),
            "condition": "RetriesExhausted" if failed else "Success",
            "approximateInvokeCount": self.attempts,
        }
        response: Json = {"statusCode": 200, "executedVersion": "$LATEST"}
        if failed:
            response["functionError"] = result.get("function_error") or "Unhandled"
        return {
            "version": "1.0",
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            "requestContext": context,
            "requestPayload": self.event,
            "responseContext": response,
            "responsePayload": result.get("body"),
        }
