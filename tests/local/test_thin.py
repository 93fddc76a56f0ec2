import importlib.util
import json
import os
import sys
import zipfile

import pytest

from local import thin
from tests.aws import unique
from tests.local import sample


@pytest.fixture
def app(tmp_path):
    return sample.write(tmp_path / "sample")


@pytest.fixture
def thin_api(emulator, app):
    """The sample app's API function from its thin package; call it with a name."""
    name, package = unique("thin"), thin.build(app, app.parent / "thin")
    emulator.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/test",
        Handler="app.app",
        Code={"ZipFile": package.read_bytes()},
        Timeout=20,
    )

    def call(who):
        event = {
            "requestContext": {"resourcePath": "/open/{name}", "httpMethod": "GET"},
            "pathParameters": {"name": who},
            "headers": {},
            "multiValueQueryStringParameters": None,
            "stageVariables": None,
            "body": None,
        }
        answer, error = emulator.invoke(name, event)
        return answer if error else json.loads(answer["body"])

    return call


def test_edit_is_live_at_the_next_call(app, thin_api):
    assert thin_api("you") == {"word": "hello you"}

    (app / "chalicelib/sample/words.py").write_text(
        "def greet(name):\n    return f'HELLO {name}'\n"
    )

    assert thin_api("you") == {"word": "HELLO you"}


def test_two_edits_of_one_second_and_size_are_both_seen(app, thin_api):
    words = app / "chalicelib/sample/words.py"
    for turn in range(5):
        words.write_text(f"def greet(name):\n    return 'turn {turn}'\n")
        os.utime(words, ns=(10**18 + turn, 10**18 + turn))

        assert thin_api("x") == {"word": f"turn {turn}"}


def test_syntax_error_fails_the_call_and_its_repair_is_live(app, thin_api):
    words = app / "chalicelib/sample/words.py"
    good = words.read_text()
    thin_api("x")

    words.write_text("def greet(name:\n")
    broken = thin_api("x")
    words.write_text(good)

    assert broken["errorType"] == "SyntaxError"
    assert thin_api("you") == {"word": "hello you"}


def test_module_added_later_is_found(app, thin_api):
    thin_api("x")
    (app / "chalicelib/sample/more.py").write_text("SAID = 'more'\n")
    (app / "chalicelib/sample/words.py").write_text(
        "from chalicelib.sample.more import SAID\ndef greet(name):\n    return SAID\n"
    )

    assert thin_api("x") == {"word": "more"}


def test_nothing_is_written_into_the_source_tree(app, thin_api):
    before = set(app.rglob("*"))

    thin_api("x")

    assert set(app.rglob("*")) == before


def test_same_source_gives_the_same_package(app, tmp_path):
    first = thin.build(app, tmp_path / "a").read_bytes()

    assert thin.build(app, tmp_path / "b").read_bytes() == first
    assert len(first) < 8192


def test_shim_uses_the_standard_library_only(app, tmp_path):
    with zipfile.ZipFile(thin.build(app, tmp_path)) as package:
        package.extractall(tmp_path / "task")
    spec = importlib.util.spec_from_file_location("shim_alone", tmp_path / "task" / "app.py")
    before = set(sys.modules)

    spec.loader.exec_module(importlib.util.module_from_spec(spec))

    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert new <= sys.stdlib_module_names
