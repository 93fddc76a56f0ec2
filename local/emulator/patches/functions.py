"""Functions that are active as soon as they are created or updated.

The stock emulator keeps them pending for half a second; boto3's waiter looks once and then sleeps
five seconds, so that a deploy of six functions takes half a minute.
"""

from ministack.services import lambda_svc

_SETTLED = {
    "State": "Active",
    "StateReason": "",
    "StateReasonCode": "",
    "LastUpdateStatus": "Successful",
    "LastUpdateStatusReason": "",
    "LastUpdateStatusReasonCode": "",
}


def apply() -> None:
    """Settle a function's state in the call that changes it."""
    lambda_svc._schedule_state_transition = _settle


def _settle(name: str, _delay: float) -> None:
    lambda_svc._functions[name]["config"].update(_SETTLED)
