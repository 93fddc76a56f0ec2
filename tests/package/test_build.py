"""Building a zip from a small app: what is in it, what is refused, and what is kept."""

import random
import shutil
from zipfile import ZipFile

import pytest

from infra import package
from infra.project import ROOT, Project, ProjectError
from tests.package.wheels import make_wheel, requirements

pytestmark = pytest.mark.package

APP = """
import tiny
from chalice.app import Chalice
from chalicelib.small.words import WORD

app = Chalice("small")

@app.route("/")
def index():
    return {WORD: tiny.VALUE}
"""
FUNCTIONS = """
[environment]
TABLE = "{name}-small"
[functions.api_handler]
memory = 128
timeout = 5
allow = [{ actions = ["sqs:SendMessage"], resources = ["arn:aws:sqs:{project.region}:*:q"] }]
"""


class Small:
    """A project of one app that needs one wheel."""

    def __init__(self, root):
        self.root, self.app, self.wheels = root, root / "small", root / "wheels"
        (self.app / "chalicelib/small").mkdir(parents=True)
        text = (ROOT / "project.toml").read_text()
        self.write("../project.toml", text.replace('["paper", "notifier"]', '["small"]'))
        self.write("app.py", APP)
        self.write("functions.toml", FUNCTIONS)
        self.write("chalicelib/small/words.py", 'WORD = "tiny"\n')
        self.require(make_wheel(self.wheels, "tiny"))
        self.said = []

    def write(self, place, text):
        (self.app / place).write_text(text)

    def require(self, *lines):
        self.write("requirements.txt", requirements(self.wheels, *lines))

    def build(self):
        project = Project.load(self.root)
        return package.builder(project, project.stage("dev"), self.said.append)(self.app)

    @property
    def zips(self):
        return [path.name for path in (self.root / ".build").glob("small-*.zip")]


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)


def test_the_zip_holds_the_app_its_libraries_and_their_bytecode_and_no_more(small):
    (small.app / "chalicelib/small/__pycache__").mkdir()
    small.write("chalicelib/small/__pycache__/old.cpython-312.pyc", "")
    small.write("chalicelib/.DS_Store", "")

    names = set(ZipFile(small.build()).namelist())

    sources = {name for name in names if not name.endswith(".pyc")}
    assert sources == {
        "app.py",
        "chalice/__init__.py",
        "chalice/app.py",
        "chalicelib/small/words.py",
        "tiny/__init__.py",
        "tiny-1.0.dist-info/METADATA",
    }
    assert len(names - sources) == len([name for name in sources if name.endswith(".py")])


def test_the_same_source_gives_the_same_bytes(small, tmp_path):
    first = small.build().read_bytes()
    shutil.rmtree(small.root / ".build")

    assert small.build().read_bytes() == first


def test_an_unchanged_app_is_not_built_again_and_a_renamed_file_is(small):
    first = small.build()
    again = small.build()
    (small.app / "chalicelib/small/words.py").rename(small.app / "chalicelib/small/terms.py")
    small.write("app.py", APP.replace("small.words", "small.terms"))

    assert again == first
    assert small.said[-1].startswith("small: unchanged")
    assert "chalicelib/small/terms.py" in ZipFile(small.build()).namelist()


def test_a_missing_wheel_fails_the_build_and_leaves_no_zip(small):
    line = make_wheel(small.wheels, "metal", tag="py3-none-macosx_11_0_arm64")
    small.require(make_wheel(small.wheels, "tiny"), line)

    with pytest.raises(ProjectError, match=r"small/requirements\.txt cannot be installed"):
        small.build()

    assert list((small.root / ".build").glob("*")) == []


def test_a_wheel_with_another_hash_fails_the_build(small):
    line = make_wheel(small.wheels, "tiny")
    make_wheel(small.wheels, "tiny", files={"tiny/more.py": "# what nobody pinned\n"})
    small.require(line)

    with pytest.raises(ProjectError, match="ash"):
        small.build()


@pytest.mark.parametrize("damage", [lambda whole: whole[: len(whole) // 2], lambda _: b""])
def test_a_damaged_zip_is_seen_and_built_again(small, damage):
    built = small.build()
    whole = built.read_bytes()
    built.write_bytes(damage(whole))

    assert small.build().read_bytes() == whole


def test_a_zip_that_is_too_large_is_refused_and_not_kept(small):
    (small.app / "chalicelib/small/noise.bin").write_bytes(random_bytes(21 * 1024 * 1024))

    with pytest.raises(ProjectError, match=r"has 21\.\d MB; at most 20\.0 MB"):
        small.build()

    assert small.zips == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import nothere", "No module named 'nothere'"),
        ("import pytest", "No module named 'pytest'"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "while the app is imported"),
        ("import os; os.environ['HOME']", "KeyError: 'HOME'"),
        ("app.debug = True", "debug"),
        ("app.lambda_function(name='more')(index)", "different functions: more"),
    ],
)
def test_a_zip_that_would_fail_in_lambda_is_refused_and_not_kept(small, line, words):
    small.write("app.py", f"{APP}\n{line}\n")

    with pytest.raises(ProjectError, match=words):
        small.build()

    assert small.zips == []


def test_an_app_without_its_file_is_one_clear_line(small):
    (small.app / "app.py").unlink()

    with pytest.raises(ProjectError, match=r"there is no small/app\.py"):
        small.build()


def random_bytes(size):
    """Return bytes that do not compress."""
    return random.Random(1).randbytes(size)  # noqa: S311  # the same each time
