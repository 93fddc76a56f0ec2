from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.snapshot import Limits, Measures, judge

OLD = Measures(
    counts={"films": 250, "staff": 20},
    sums={"sales": Decimal("1000.00")},
    keys=frozenset({"france", "germany", "spain", "italy", "norway"}),
)
measures = st.builds(
    Measures,
    counts=st.dictionaries(st.sampled_from("abc"), st.integers(0, 10**6)),
    sums=st.dictionaries(
        st.sampled_from("abc"), st.decimals(allow_nan=False, allow_infinity=False)
    ),
    keys=st.frozensets(st.text(max_size=3), max_size=5),
)


def ids(new, old=OLD, **limits):
    return [reason.id for reason in judge(old, new, Limits(**limits)).reasons]


def changed(**counts):
    return replace(OLD, counts={**OLD.counts, **counts})


def test_the_same_again_is_no_worse():
    assert judge(OLD, OLD, Limits()).ok


def test_the_first_snapshot_needs_only_what_is_required_of_any():
    assert judge(None, OLD, Limits(least={"films": 250})).ok
    assert ids(OLD, None, least={"films": 251}) == ["short:films"]


@pytest.mark.parametrize(
    ("films", "found"),
    [(200, []), (199, ["shrunk:films"]), (3, ["shrunk:films"]), (0, ["emptied:films"])],
)
def test_a_table_may_shrink_by_a_fifth(films, found):
    assert ids(changed(films=films)) == found


def test_a_table_may_grow_unless_it_is_told_not_to():
    assert ids(changed(films=900)) == []
    assert ids(changed(films=376), max_growth=Decimal("0.5")) == ["grown:films"]


def test_a_table_that_is_gone_is_missing():
    assert ids(replace(OLD, counts={"films": 250})) == ["missing:staff"]


def test_a_table_that_was_empty_may_stay_so_or_fill():
    empty = changed(staff=0)

    assert ids(empty, empty) == []
    assert ids(OLD, empty, max_growth=Decimal("0.5")) == []


@pytest.mark.parametrize("total", ["1100.01", "899.99", "-1000"])
def test_a_sum_that_jumps_is_implausible(total):
    new = replace(OLD, sums={"sales": Decimal(total)})

    assert ids(new, max_sum_change=Decimal("0.1")) == ["implausible:sales"]
    assert ids(new) == []


@pytest.mark.parametrize("total", ["NaN", "Infinity", "-Infinity"])
def test_a_sum_that_is_no_number_is_implausible(total):
    new = replace(OLD, sums={"sales": Decimal(total)})

    assert ids(new, max_sum_change=Decimal(1)) == ["implausible:sales"]


def test_a_sum_that_is_gone_is_missing():
    assert ids(replace(OLD, sums={})) == ["missing:sales"]


def test_a_fifth_of_the_keys_may_go():
    four, three = OLD.keys - {"spain"}, OLD.keys - {"spain", "italy"}

    assert ids(replace(OLD, keys=four)) == []
    assert ids(replace(OLD, keys=three)) == ["lost:keys"]


def test_a_required_key_may_never_go():
    new = replace(OLD, keys=OLD.keys - {"spain"})

    assert ids(new, required=frozenset({"spain", "france"})) == ["missing:spain"]


def test_what_somebody_confirmed_is_published_and_told():
    verdict = judge(OLD, changed(staff=0, films=3), Limits(allowed=frozenset({"emptied:staff"})))

    assert [reason.id for reason in verdict.reasons] == ["shrunk:films"]
    assert [reason.id for reason in verdict.overruled] == ["emptied:staff"]
    assert not verdict.ok


def test_a_reason_tells_a_person_what_happened():
    [reason] = judge(OLD, changed(films=3), Limits()).reasons

    assert reason.text == "films had 250 rows and has 3"


@settings(max_examples=50, deadline=None)
@given(measures)
def test_nothing_is_worse_than_itself(any_measures):
    assert judge(any_measures, any_measures, Limits(max_sum_change=Decimal(0))).ok


@settings(max_examples=50, deadline=None)
@given(measures, measures)
def test_everything_that_was_found_can_be_confirmed(old, new):
    found = judge(old, new, Limits()).reasons

    confirmed = judge(old, new, Limits(allowed=frozenset(reason.id for reason in found)))

    assert confirmed.ok
    assert confirmed.overruled == found
