import pytest

from local.emulator import needle, pin


def test_another_version_of_the_emulator_is_refused_with_what_to_do():
    with pytest.raises(pin.WrongEmulator, match=r"1\.5\.34 is installed.*written for 1\.5\.33"):
        pin.check("1.5.34")


def test_installed_emulator_is_the_pinned_one():
    pin.check(pin.installed())


def test_patch_of_a_text_that_changed_fails_loudly():
    with pytest.raises(LookupError, match="expected one"):
        needle.replace("nothing here", "something", "else")
