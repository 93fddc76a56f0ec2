"""A handler's exception by its class name, with a stack trace, in a worker that lives on.

Stock calls every exception "Runtime.HandlerError", gives no trace (Step Functions match on the
name), and kills the worker, so that the next event pays for a cold start.
"""

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.emulator import needle

type Result = dict[str, Any]

_MARK = "__raised__"
_STOCK = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_OURS = (
    f'{{"status": "ok", "result": {{"{_MARK}": {{"errorMessage": str(e), '
    '"errorType": type(e).__name__, "stackTrace": traceback.format_tb(e.__traceback__), '
    '"trace": traceback.format_exc()}}}'
)

_stock_execute = lambda_svc._execute_function_warm


def apply() -> None:
    """Let the worker report an exception as an answer, and read it back here."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = needle.replace(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _STOCK, _OURS
    )
    lambda_svc._execute_function_warm = _execute


def _execute(func: Result, event: Any, request_id: str) -> Result:
    result: Result = _stock_execute(func, event, request_id)
    body = result.get("body")
    if not (isinstance(body, dict) and _MARK in body):
        return result
    raised = body[_MARK]
    trace = raised.pop("trace")
    log = "\n".join(filter(None, [result.get("log", ""), trace]))
    return {"body": {**raised, "requestId": request_id}, "error": True, "log": log}
