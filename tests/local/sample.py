"""A small Chalice app with a handler of every kind, written into a folder of a test."""

import json
import os
import subprocess
import sys
from pathlib import Path

APP = """
import json, os, time
from chalice import Chalice, CORSConfig, AuthResponse, Response, Rate
from chalicelib.sample import words
app = Chalice(app_name="sample")
app.api.binary_types.append("application/x-sample")
CALLS = []

@app.authorizer(ttl_seconds=30)
def gate(request):
    CALLS.append(request.token)
    routes = ["*"] if request.token == "allow" else []
    return AuthResponse(routes=routes, principal_id="p", context={"calls": str(len(CALLS))})

@app.route("/open/{name}", cors=CORSConfig(allow_origin="https://a.example", max_age=60))
def opened(name):
    return {"word": words.greet(name)}

@app.route("/secret", authorizer=gate)
def secret():
    return {"calls": app.current_request.context["authorizer"]["calls"]}

@app.route("/bytes", methods=["POST"], content_types=["application/x-sample"])
def turned():
    body = app.current_request.raw_body[::-1]
    return Response(body, headers={"Content-Type": "application/x-sample"})

@app.route("/boom")
def boom():
    raise KeyError("hidden")

@app.schedule(Rate(1, unit=Rate.DAYS), name="daily")
def daily(event):
    return "daily"
"""
MAIN = "from chalice.cli import main; main()"
WORDS = "def greet(name):\n    return f'hello {name}'\n"
CONFIG = {
    "version": "2.0",
    "app_name": "sample",
    "stages": {
        "local": {
            "api_gateway_stage": "api",
            "autogen_policy": True,
            "minimum_compression_size": 1024,
        }
    },
}


def write(folder: Path) -> Path:
    """Write the app and return its folder."""
    package = folder / "chalicelib" / "sample"
    package.mkdir(parents=True)
    (folder / ".chalice").mkdir()
    (folder / "app.py").write_text(APP)
    (folder / "requirements.txt").write_text("")
    (package / "__init__.py").write_text("")
    (package / "words.py").write_text(WORDS)
    (folder / ".chalice" / "config.json").write_text(json.dumps(CONFIG))
    return folder


def chalice(folder: Path, aws, *arguments: str) -> str:
    """Run chalice itself, in its own process, against an emulator."""
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": aws.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", MAIN, *arguments, "--stage", "local"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def api_id(folder: Path) -> str:
    record = json.loads((folder / ".chalice" / "deployed" / "local.json").read_text())
    return next(r["rest_api_id"] for r in record["resources"] if r["resource_type"] == "rest_api")
