import pytest

from local.emulator.faults import BadFault, Switchboard

QUEUE = "queue:q"


def _delivered(board, *names, target=QUEUE):
    seen = []
    for name in names:
        board.deliver(target, lambda name=name: seen.append(name))
    return seen


def test_next_deliveries_are_lost_and_then_no_more():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "drop", "count": 2})

    assert _delivered(board, "a", "b", "c") == ["c"]


def test_delivery_is_doubled():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "duplicate", "count": 1})

    assert _delivered(board, "a", "b") == ["a", "a", "b"]


def test_deliveries_change_places():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "reorder", "count": 3})

    assert _delivered(board, "a", "b", "c", "d") == ["c", "b", "a", "d"]


def test_single_delivery_held_back_follows_the_next_one():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "reorder", "count": 1})

    assert _delivered(board, "a", "b") == ["b", "a"]


def test_delivery_held_back_goes_out_when_the_fault_is_taken_back():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "reorder"})
    seen = _delivered(board, "a")

    board.remove()

    assert seen == ["a"]


def test_other_targets_are_left_alone():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "drop"})

    assert _delivered(board, "a", target="queue:other") == ["a"]


def test_probability_with_a_seed_strikes_the_same_deliveries_again():
    def run():
        board = Switchboard()
        board.add({"target": QUEUE, "kind": "drop", "probability": 0.5, "seed": 7})
        return _delivered(board, *range(40))

    assert run() == run()
    assert 5 < len(run()) < 35


def test_report_counts_what_fired():
    board = Switchboard()
    board.add({"target": QUEUE, "kind": "drop", "count": 1})
    _delivered(board, "a", "b")

    assert [(each["fired"], each["active"]) for each in board.report()] == [(1, False)]


def test_strike_that_did_not_come_to_pass_is_given_back():
    board = Switchboard()
    board.add({"target": "function:f", "kind": "kill", "count": 1})
    fault = board.strike("function:f", {"kill"})

    board.spare(fault)

    assert board.strike("function:f", {"kill"}) is fault


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"target": "queue", "kind": "drop"}, "target must be"),
        ({"target": "shelf:x", "kind": "drop"}, "target must be"),
        ({"target": "table:x", "kind": "drop"}, "a table can throttle"),
        ({"target": QUEUE, "kind": "drop", "count": 0}, "count must be"),
        ({"target": QUEUE, "kind": "drop", "count": True}, "count must be"),
        ({"target": QUEUE, "kind": "drop", "probability": 2}, "probability must be"),
        ({"target": QUEUE, "kind": "drop", "seconds": "1"}, "seconds must be"),
        ({"target": QUEUE, "kind": "drop", "often": 1}, "unknown: often"),
    ],
)
def test_fault_that_makes_no_sense_is_refused_in_words(fault, words):
    with pytest.raises(BadFault, match=words):
        Switchboard().add(fault)


def test_every_mixture_of_faults_delivers_what_is_not_dropped():
    for seed in range(50):
        board = Switchboard()
        for kind in ("duplicate", "reorder")[:: 1 if seed % 2 else -1]:
            board.add({"target": QUEUE, "kind": kind, "probability": 0.4, "seed": seed})

        seen = _delivered(board, *range(20))
        board.remove()

        assert set(seen) == set(range(20))
