"""A small notifier: a route, an authorizer, a queue and a topic, and no library to wait for."""

from dataclasses import dataclass

from chalice.app import AuthResponse

from shared import settings
from shared.app import App


@dataclass(frozen=True)
class Names:
    mail_queue: str
    alarms_topic: str


NAMES = settings.read(Names)
app = App("notifier")


@app.authorizer()
def authorize(request):
    return AuthResponse(routes=["*"], principal_id=request.token)


@app.route("/", authorizer=authorize)
def index():
    return {"hello": "notifier"}


@app.on_sqs_message(queue=NAMES.mail_queue, name="deliver")
def deliver(event):
    return len(event.to_dict()["Records"])


@app.on_sns_message(topic=NAMES.alarms_topic, name="alarm")
def alarm(event):
    return event.subject
