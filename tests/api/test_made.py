"""What is made from the routes is committed as it would be made now."""

from infra import made
from infra.api import errors_page, files
from shared import errors
from shared.errors import AppError


def test_committed_documents_are_what_the_routes_say(project):
    assert made.drifted(files.made(project), files.present(project)) == [], "run `make api`"


def test_making_them_twice_gives_the_same_texts(project):
    assert files.made(project) == files.made(project)


def test_a_changed_a_missing_and_a_stray_file_are_named(tmp_path):
    good, changed, stray = tmp_path / "good", tmp_path / "changed", tmp_path / "stray"
    for path in (good, changed, stray):
        path.write_text("as made")
    files_made = {good: "as made", changed: "otherwise", tmp_path / "missing": ""}

    assert made.drifted(files_made, [good, stray]) == [changed, tmp_path / "missing", stray]


def test_writing_mends_all_of_them(tmp_path):
    stray = tmp_path / "stray"
    stray.write_text("x")
    wanted = {tmp_path / "new" / "file": "text"}

    made.write(wanted, [stray])

    assert not stray.exists()
    assert made.drifted(wanted, []) == []


def test_the_table_of_refusals_has_every_error_of_the_apps():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    never_told = {errors.MissingSettings}
    deliberate = {kind for kind in kinds if issubclass(kind, AppError)} - never_told

    page = errors_page.page()

    assert [kind for kind in deliberate if f"| {kind.status} | `{kind.code}` |" not in page] == []
