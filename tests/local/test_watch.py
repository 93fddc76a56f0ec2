import pytest

from local import watch


@pytest.fixture
def tree(tmp_path):
    for name in ("paper/app.py", "paper/chalicelib/paper/rules.py", "shared/log.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("A = 1\n")
    (tmp_path / "project.toml").write_text("")
    (tmp_path / "notifier").mkdir()
    return watch.Tree(tmp_path, ("paper", "notifier"))


def test_nothing_has_changed_at_first(tree):
    assert tree.changed() == []


def test_written_new_and_removed_files_are_noticed_once(tree, tmp_path):
    (tmp_path / "shared/log.py").write_text("A = 22\n")
    (tmp_path / "shared/new.py").write_text("")
    (tmp_path / "paper/app.py").unlink()

    names = [path.name for path in tree.changed()]

    assert sorted(names) == ["app.py", "log.py", "new.py"]
    assert tree.changed() == []


def test_bytecode_and_hidden_files_are_no_edits(tree, tmp_path):
    for folder in ("paper/__pycache__", "paper/.chalice"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.py").write_text("")

    assert tree.changed() == []


@pytest.mark.parametrize(
    ("file", "apps"),
    [
        ("paper/app.py", ["paper"]),
        ("paper/functions.toml", ["paper"]),
        ("project.toml", ["paper", "notifier"]),
        ("paper/chalicelib/paper/rules.py", []),
        ("shared/log.py", []),
    ],
)
def test_only_what_aws_was_told_needs_a_deploy(tree, tmp_path, file, apps):
    assert tree.apps_to_deploy([tmp_path / file]) == apps


def test_file_that_cannot_be_read_is_named_with_its_line(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text("A = 1\nB = (\n")

    assert watch.fault(file) == f"{file}:2: '(' was never closed"


def test_file_that_is_gone_or_sound_has_no_fault(tmp_path):
    sound = tmp_path / "sound.py"
    sound.write_text("A = 1\n")

    assert watch.fault(sound) is None
    assert watch.fault(tmp_path / "gone.py") is None
