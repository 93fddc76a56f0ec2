"""Events from EventBridge to functions: retried by Lambda, undeliverable ones kept.

Stock tries a function once and knows neither its retries nor a target's dead-letter queue.
"""

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, lambda_svc

from local.emulator import destinations

_target: ContextVar[dict[str, Any]] = ContextVar("the target that is being invoked")

_stock_invoke = eventbridge._invoke_target


def apply() -> None:
    """Remember the target while it is invoked, and hand its event to Lambda's own queue."""
    eventbridge._invoke_target = _invoke
    eventbridge._dispatch_to_lambda = _dispatch


def _invoke(target: dict[str, Any], *args: Any) -> None:
    token = _target.set(target)
    try:
        _stock_invoke(target, *args)
    finally:
        _target.reset(token)


def _dispatch(arn: str, payload: str) -> None:
    func, config, name = lambda_svc._get_func_record_for_ref(arn)
    if func and config:
        lambda_svc.invoke_async_with_retry(
            lambda_svc._execution_record_for_config(func, config), json.loads(payload)
        )
        return
    # AWS tries again for up to a day; a function that does not exist here will not come back.
    if dead := (_target.get().get("DeadLetterConfig") or {}).get("Arn"):
        destinations.send(dead, payload, {"ERROR_CODE": "RESOURCE_NOT_FOUND", "TARGET_ARN": arn})
    eventbridge.logger.warning("a rule's target, function %s, does not exist", name)
