"""Alarms as CloudWatch publishes them, and what an operator is advised to do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

NOTICE = "NOTICE"  # the state of a message that is no alarm, such as a budget's warning
_LONGEST_TEXT = 5000
_LOOK_AROUND = "Look at the dashboard, and at the logs of this time."
_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "ApproximateNumberOfMessagesVisible": (
            "Messages that nobody could handle wait in queue {QueueName}. One that was refused at "
            "once carries its reason; of any other the log of that time tells. Mend the cause, "
            "then send them again as docs/operate.md says. They are kept until then."
        ),
        "5XXError": (
            "API {ApiName} failed for its callers. Search its function's log for "
            '"unexpected error": each line has the correlation id that the caller was given.'
        ),
        "Errors": (
            "Look into log group /aws/lambda/{FunctionName} at this time. Events are tried again "
            "and become dead letters if that does not help; callers of an API are only told."
        ),
        "Throttles": (
            "Calls of function {FunctionName} were refused. Look at the account's concurrency; "
            "events come again by themselves."
        ),
        "Duration": (
            "Function {FunctionName} comes close to its time limit. Look for what it waits for: "
            "a table, a queue or SendGrid."
        ),
        "IteratorAge": (
            "Function {FunctionName} lags behind its stream. Look into log group "
            "/aws/lambda/{FunctionName} for a record that fails again and again."
        ),
        "Invocations": (
            "Function {FunctionName} was not woken. See whether its rule is enabled, then run it "
            "once by hand."
        ),
        "MailsParked": (
            "A mail was sent twice, and both times nobody knows whether it was taken. "
            "GET /mails?status=AMBIGUOUS of the notifier's API lists it. Look for the address in "
            "SendGrid's activity and tell the person yourself if need be: it is not sent again."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the alarm topic: as a rule an alarm of CloudWatch's in JSON."""

    text: str
    subject: str
    message_id: str

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read a record of Lambda's SNS event."""
        sent = record["Sns"]
        return cls(sent["Message"], sent.get("Subject") or "", sent["MessageId"])


class Alarm(BaseModel):
    """One change of one alarm; `state` and `changed_at` are CloudWatch's own words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    state: str
    description: str = ""
    reason: str = ""
    changed_at: str = ""
    metric: str = ""
    dimensions: dict[str, str] = {}

    @property
    def advice(self) -> str:
        """Return what to do about it; nothing if there is nothing to do."""
        if self.state in {"OK", NOTICE}:
            return ""
        try:
            return _ADVICE[self.metric].format_map(self.dimensions)
        except KeyError:  # an alarm that somebody else has made
            return _LOOK_AROUND


class _Dimension(BaseModel):
    # Messages have them in lower case, CloudWatch's API and the laptop's emulator do not.
    name: str = Field(validation_alias=AliasChoices("name", "Name"))
    value: str = Field(validation_alias=AliasChoices("value", "Value"))


class _Trigger(BaseModel):
    metric: str = Field(alias="MetricName", default="")
    dimensions: tuple[_Dimension, ...] = Field(alias="Dimensions", default=())


class _CloudWatch(BaseModel):
    name: str = Field(alias="AlarmName", min_length=1)
    arn: str = Field(alias="AlarmArn", default="")
    description: str | None = Field(alias="AlarmDescription", default=None)
    state: str = Field(alias="NewStateValue", min_length=1)
    reason: str = Field(alias="NewStateReason", default="")
    changed_at: str = Field(alias="StateChangeTime", default="")
    trigger: _Trigger = Field(alias="Trigger", default=_Trigger())


def read(notice: Notice) -> tuple[str, Alarm]:
    """Read a notice, whatever it is: no warning may be lost for its form.

    Returns an id that is the same for the same change of the same alarm, and the alarm. What is
    no alarm of CloudWatch's has the state NOTICE, and its message id tells it apart.
    """
    try:
        found = _CloudWatch.model_validate_json(notice.text)
    except ValidationError:
        name = notice.subject or "A message for the operators"
        told = Alarm(name=name, state=NOTICE, reason=notice.text[:_LONGEST_TEXT])
        return _id(notice.message_id, notice.text), told
    alarm = Alarm(
        name=found.name,
        state=found.state,
        description=found.description or "",
        reason=found.reason[:_LONGEST_TEXT],
        changed_at=found.changed_at,
        metric=found.trigger.metric,
        dimensions={each.name: each.value for each in found.trigger.dimensions},
    )
    return _id(found.arn or found.name, found.state, found.changed_at), alarm


def _id(*parts: str) -> str:
    return "alarm-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
