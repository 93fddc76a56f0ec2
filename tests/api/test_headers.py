"""Headers of answers: nothing that a caller sends can end a line in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.problems import SAFE_HEADERS, respond

control = st.sampled_from(["\r", "\n", "\r\n", "\0", "\x7f", "\x85", "\u2028"])


@settings(max_examples=60, derandomize=True, database=None)
@given(before=st.text(max_size=5), bad=control, after=st.text(max_size=5))
def test_a_value_that_could_end_the_line_is_refused(before, bad, after):
    with pytest.raises(ValueError, match="holds a character"):
        respond("{}", 200, {"Location": before + bad + after})


@settings(max_examples=60, derandomize=True, database=None)
@given(value=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20))
def test_any_other_value_goes_out_as_it_is(value):
    response = respond("{}", 200, {"Location": value})

    assert response.headers == {**SAFE_HEADERS, "Location": value}
