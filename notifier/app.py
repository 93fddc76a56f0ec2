"""The notifier: mails about papers and alarms, SendGrid's reports of them, and who was not told."""

from functools import cache
from typing import Any

from chalice.app import AuthRequest, SNSEvent, SQSEvent

from chalicelib.notifier import usecases, wiring
from chalicelib.notifier.alarms import Notice
from chalicelib.notifier.ports import Ports
from chalicelib.notifier.sending import Remaining
from chalicelib.notifier.views import Heard, MailList, MailQuery, Reports
from shared import settings, tokens
from shared.app import App
from shared.errors import Contradictory, Unauthorized
from shared.http import Call
from shared.queues import Record

SETTINGS = settings.read(wiring.Settings)

app = App("notifier")


@cache
def ports() -> Ports:
    return wiring.connect(SETTINGS)


@app.authorizer(ttl_seconds=tokens.CACHE_SECONDS)
def authorize(request: AuthRequest) -> Any:
    return tokens.authorize(ports().tokens, request, ports().clock())


@app.route("/mails", methods=["GET"], authorizer=authorize)
@app.contract(gives={200: MailList}, query=MailQuery, roles=("operator",), errors=(Contradictory,))
def list_mails(call: Call[None]) -> MailList:
    """List who was not told, and why.

    Without a query: every mail that is PENDING, AMBIGUOUS or FAILED. With `event_id`: every mail
    about that event.
    """
    query: MailQuery = call.query
    return usecases.list_mails(ports(), query)


@app.route("/sendgrid/events", methods=["POST"])
@app.contract(
    gives={200: Heard},
    body=Reports,
    signed=True,
    errors=(Unauthorized,),
    takes=(
        "X-Twilio-Email-Event-Webhook-Signature",
        "X-Twilio-Email-Event-Webhook-Timestamp",
    ),
)
def hear_sendgrid(call: Call[None]) -> Heard:
    """Take SendGrid's reports of what became of mails.

    The body is checked against SendGrid's signature, which is good for five minutes.
    """
    return usecases.hear(ports(), call.raw_body, call.headers)


@app.on_sqs_message(queue=SETTINGS.mail_queue, batch_size=10, name="deliver")
def deliver(event: SQSEvent) -> None:
    usecases.deliver(ports(), map(Record.of, event.to_dict()["Records"]), _remaining(event))


@app.on_sns_message(topic=SETTINGS.alarms_topic, name="alarm")
def alarm(event: SNSEvent) -> None:
    usecases.warn(ports(), Notice.of(event.to_dict()["Records"][0]), _remaining(event))


def _remaining(event: SQSEvent | SNSEvent) -> Remaining:
    """Return a clock of the seconds that are left to this invocation."""
    context: Any = event.context
    return lambda: float(context.get_remaining_time_in_millis()) / 1000
