"""A small paper: a route, an authorizer, a stream and a schedule, and no library to wait for."""

from chalice.app import AuthResponse

from shared import settings
from shared.app import App

app = App("paper")


@app.authorizer()
def authorize(request):
    return AuthResponse(routes=["*"], principal_id=request.token)


@app.route("/")
def index():
    return {"hello": "paper"}


@app.route("/closed", authorizer=authorize)
def closed():
    return {}


@app.on_dynamodb_record(stream_arn=settings.deploy_value("PAPER_EVENTS_STREAM_ARN"), name="relay")
def relay(event):
    return len(event.to_dict()["Records"])


@app.schedule("rate(1 day)", name="sweep")
def sweep(event):
    return {"announced": len(event.to_dict())}
