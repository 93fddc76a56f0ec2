import subprocess
import sys

import pytest

from local import bare
from local.home import Home, HomeBusy

WAIT = "import time; time.sleep(60)"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def _child(*words):
    return subprocess.Popen([sys.executable, "-c", WAIT, *words])


def test_folder_is_held_by_one_process_at_a_time(home):
    words = "choose another folder with --home"
    with home.held(), pytest.raises(HomeBusy, match=words), Home(home.path).held():
        pass


def test_children_that_a_killed_supervisor_left_are_ended(home):
    child = _child("local.emulator", "--home", str(home.path))
    home.write("processes.json", [child.pid])

    home.end_orphans()

    assert child.wait(5) != 0


def test_process_that_took_over_an_old_number_is_left_alone(home):
    stranger = _child("something", "else")
    home.write("processes.json", [stranger.pid])

    home.end_orphans()

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_file_with_keys_is_readable_by_its_owner_only(home):
    home.write("keys.json", {"key": "x"})

    assert (home.path / "keys.json").stat().st_mode & 0o077 == 0
    assert home.read("keys.json") == {"key": "x"}


def test_clearing_leaves_only_the_lock(home):
    (home.path / "state").mkdir()
    home.write("tokens.json", {})
    with home.held():
        home.clear()

    assert [path.name for path in home.path.iterdir()] == ["lock"]


def test_bare_interpreter_has_no_packages_and_is_made_once(tmp_path):
    python = bare.interpreter(tmp_path / "python")
    made = python.stat().st_mtime_ns

    command = [python, "-c", "import boto3"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "ModuleNotFoundError" in answer.stderr
    assert bare.interpreter(tmp_path / "python").stat().st_mtime_ns == made
