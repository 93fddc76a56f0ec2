"""Where the outcome of an asynchronous invocation goes: a queue, a topic or another function."""

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.concurrency import esm_wake
from ministack.services import lambda_svc, sns, sqs

log = logging.getLogger("local.destinations")


def send(arn: str, body: str, attributes: Mapping[str, str] | None = None) -> None:
    """Send a text to the queue or topic `arn`; a target that does not exist is logged."""
    try:
        service = parse_arn(arn).service
    except ArnParseError:
        service = "nothing"
    queue = sqs._queue_by_arn(arn) if service == "sqs" else None
    if queue is not None:
        queue["messages"].append(message(body, attributes, sqs.queue_delay(queue)))
        esm_wake.set()
    elif service == "sns" and sns._topic_by_arn_any_scope(arn):
        sns._fanout(arn, str(uuid.uuid4()), body, "", "", _strings(attributes))
    elif service == "lambda" and (record := lambda_svc._get_func_record_for_ref(arn))[0]:
        exec_record = lambda_svc._execution_record_for_config(record[0], record[1])
        lambda_svc.invoke_async_with_retry(exec_record, json.loads(body))
    else:
        log.warning("destination %s does not exist; lost: %s", arn, body[:200])


def message(body: str, attributes: Mapping[str, str] | None, delay: float) -> dict[str, Any]:
    """Make a message as the emulator's queues keep it."""
    values = _strings(attributes)
    made: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "body": body,
        "md5_body": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "md5_attrs": sqs._md5_msg_attrs(values),
        "message_attributes": values,
        "visible_at": time.time() + delay,
        "sent_at": time.time(),
    }
    sqs._ensure_msg_fields(made)
    return made


def _strings(attributes: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in (attributes or {}).items()
    }
