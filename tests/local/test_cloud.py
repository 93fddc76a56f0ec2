"""The laptop cloud as a person uses it: a copy of the source tree, edited while it runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from infra.project import ROOT
from local import environment, ports
from local.cloud import CloudFailed, LaptopCloud
from local.options import Options
from tests.waiting import eventually

pytestmark = pytest.mark.e2e

PAPER = {"subject": "English", "description": "Is it clear?", "text": "Twice a day."}
PARTS = ("shared", "infra", "local", "paper", "notifier")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("tree")
    unwanted = shutil.ignore_patterns("__pycache__", "deployed", "deployments")
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, symlinks=True, ignore=unwanted)
    shutil.copy(ROOT / "project.toml", root)
    return root


@pytest.fixture(scope="module")
def cloud(tree, tmp_path_factory):
    with LaptopCloud(tmp_path_factory.mktemp("home"), root=tree) as cloud:
        yield cloud


def _call(cloud, method, path, role="student", app="paper", **given):
    place = cloud.endpoints
    headers = {"Authorization": f"Bearer {place['tokens'][role]}"}
    url = place["apps"][app]["url"] + path
    return requests.request(method, url, headers=headers, timeout=30, **given)


def _submit(cloud):
    answer = _call(cloud, "POST", "/papers", json=PAPER)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _mails(cloud, about):
    found = requests.get(cloud.endpoints["mailbox"]["messages"], timeout=10).json()
    return [mail for mail in found if about in mail["text"]]


def _local(cloud, tree, *arguments, check=True):
    command = [sys.executable, "-m", "local", *arguments, "--home", str(cloud.options.home)]
    env = environment.clean()
    answer = subprocess.run(
        command, cwd=tree, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert not check or answer.returncode == 0, answer.stderr
    return answer


def _edit(path: Path, old: str, new: str):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return lambda: path.write_text(text)


def test_paper_submitted_over_http_is_followed_by_its_mail(cloud):
    paper = _submit(cloud)

    assert len(eventually(lambda: _mails(cloud, paper), seconds=20)) == 1


def test_endpoints_tell_everything(cloud):
    place = cloud.endpoints

    assert set(place["apps"]) == {"paper", "notifier"}
    assert set(place["tokens"]) == {"student", "tutor", "coordinator", "operator"}
    assert {"paper-files", "deployments"} <= set(place["buckets"])
    assert {"notifier-mail", "notifier-mail-dead", "paper-dead"} <= set(place["queues"])
    assert {"paper-events", "alarms"} <= set(place["topics"])
    assert requests.get(place["mailbox"]["page"], timeout=10).status_code == 200
    assert requests.get(place["faults"]["url"], timeout=10).status_code == 200


def test_endpoints_are_readable_by_their_owner_only(cloud):
    assert (cloud.options.home / "endpoints.json").stat().st_mode & 0o077 == 0


def test_edit_of_the_common_library_is_live_at_the_next_call(cloud, tree):
    undo = _edit(tree / "shared/errors.py", '"There is no such thing"', '"Nothing of the kind"')

    answer = _call(cloud, "GET", "/papers/00000000-0000-4000-8000-000000000000")

    undo()
    assert answer.json()["title"] == "Nothing of the kind"


def test_syntax_error_is_named_and_takes_nothing_down(cloud, tree):
    undo = _edit(tree / "paper/app.py", "from ", "from from ")
    said = eventually(lambda: "paper/app.py:" in cloud.output)
    others = _call(cloud, "GET", "/mails", role="operator", app="notifier").status_code
    undo()

    assert said
    assert others < 500
    assert _submit(cloud)


def test_new_route_answers_soon_after_it_is_saved(cloud, tree):
    source = tree / "paper/app.py"
    undo = _edit(source, source.read_text(), source.read_text() + ROUTE)

    answer = eventually(
        lambda: _call(cloud, "GET", "/brand-new"), lambda a: a.status_code == 200, seconds=15
    )

    undo()
    assert answer.json() == {"new": True}


ROUTE = """

@app.route("/brand-new")
def brand_new() -> dict[str, bool]:
    return {"new": True}
"""


def test_emulator_that_is_killed_comes_back_with_its_state(cloud):
    paper = _submit(cloud)
    saved = cloud.options.home / "state" / "dynamodb.json"
    assert eventually(lambda: paper in saved.read_text() if saved.exists() else False, seconds=40)
    pids = json.loads((cloud.options.home / "processes.json").read_text())

    os.kill(pids[0], signal.SIGKILL)

    def status():
        try:
            return _call(cloud, "GET", f"/papers/{paper}").status_code
        except requests.ConnectionError:
            return 0

    assert eventually(status, lambda code: code == 200, seconds=20) == 200


def test_fault_is_set_listed_and_cleared_by_command(cloud, tree):
    _local(cloud, tree, "faults", "set", "queue:notifier-mail", "drop", "--count", "1")

    listed = json.loads(_local(cloud, tree, "faults", "list").stdout)
    _local(cloud, tree, "faults", "clear")

    assert [each["target"] for each in listed] == ["queue:coursework-local-notifier-mail"]
    assert json.loads(_local(cloud, tree, "faults", "list").stdout) == []


def test_log_lines_are_shown(cloud, tree):
    _submit(cloud)

    shown = eventually(lambda: _local(cloud, tree, "logs", "--once", "--app", "paper").stdout)

    assert "coursework-paper-local" in shown


def test_chalice_local_works_against_it(cloud, tree):
    lines = _local(cloud, tree, "env").stdout.splitlines()
    exported = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    port = ports.free()
    command = [sys.executable, "-c", "from chalice.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "local", "--stage", "local", "--port", str(port), "--no-autoreload"],
        cwd=tree / "paper",
        env=environment.clean() | exported,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def status():
        headers = {"Authorization": f"Bearer {cloud.endpoints['tokens']['student']}"}
        try:
            url = f"http://127.0.0.1:{port}/papers"
            return requests.post(url, json=PAPER, headers=headers, timeout=20).status_code
        except requests.ConnectionError:
            return 0

    try:
        assert eventually(status, bool, seconds=20) == 201
    finally:
        process.terminate()
        process.wait(10)


def test_busy_port_is_named_with_the_way_out(cloud, tree, tmp_path):
    options = replace(cloud.options, console_port=ports.free())

    with pytest.raises(CloudFailed, match=f"port {cloud.options.port} .*--port"):
        LaptopCloud(tmp_path, options, root=tree).start()


def test_reset_is_refused_while_it_runs(cloud, tree):
    answer = _local(cloud, tree, "reset", check=False)

    assert answer.returncode == 1
    assert "stop it" in answer.stderr


def test_second_cloud_beside_it_denies_what_no_policy_allows_and_works(cloud, tree, tmp_path):
    options = Options(port=ports.free(), console_port=ports.free(), enforce_iam=True)
    with LaptopCloud(tmp_path, options, root=tree) as strict:
        paper = _submit(strict)

        assert len(eventually(lambda: _mails(strict, paper), seconds=30)) == 1
        assert _mails(cloud, paper) == []
        assert strict.endpoints["aws"]["access_key_id"].startswith("AKIA")


def test_next_start_finds_everything_again(cloud):
    paper, before = _submit(cloud), cloud.endpoints
    assert eventually(lambda: _mails(cloud, paper), seconds=20)

    cloud.stop()
    cloud.start()

    assert cloud.endpoints == before
    assert _call(cloud, "GET", f"/papers/{paper}").status_code == 200
    assert len(_mails(cloud, paper)) == 1


def test_reset_forgets_everything(cloud, tree):
    cloud.stop()

    _local(cloud, tree, "reset")

    assert [path.name for path in cloud.options.home.iterdir()] == ["lock"]
