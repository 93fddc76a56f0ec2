"""Notifications to functions as AWS makes them: complete records, retried, dead letters kept.

Stock leaves out an empty Subject and MessageAttributes, and tries once.
"""

import json
from typing import Any

from ministack.services import lambda_svc, sns


def apply() -> None:
    """Hand notifications to the asynchronous invocation path."""
    sns._deliver_to_lambda = _deliver


def _deliver(
    endpoint: str,
    envelope: str,
    _topic_arn: str,
    subscription_arn: str,
    _message_id: str,
    _raw: str,
    _attributes: dict[str, Any],
) -> None:
    func, config, name = lambda_svc._get_func_record_for_ref(endpoint)
    if not func or not config:
        sns.logger.warning("a topic is subscribed by function %s, which does not exist", name)
        return
    notification = {"Subject": None, "MessageAttributes": {}, **json.loads(envelope)}
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "EventSource": "aws:sns",
        "Sns": notification,
    }
    lambda_svc.invoke_async_with_retry(
        lambda_svc._execution_record_for_config(func, config), {"Records": [record]}
    )
