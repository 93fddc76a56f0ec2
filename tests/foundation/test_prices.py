"""One dated table has a row for everything that a deploy can make."""

from datetime import date

import pytest

from infra import inventory, observe
from infra.prices import Charge, Prices
from tests.foundation.conftest import PROJECT

PRICES = Prices.load()


def test_every_type_of_the_templates_has_a_row():
    stacks = [s for key in PROJECT.stages for s in observe.stacks(PROJECT, PROJECT.stage(key))]
    kinds = {r["Type"] for s in stacks for r in s.template["Resources"].values()}

    assert kinds - PRICES.rows.keys() == set()


def test_every_type_that_chalice_can_make_for_a_plan_has_a_row():
    assert inventory.KINDS - PRICES.rows.keys() == set()


@pytest.mark.parametrize("kind", sorted(PRICES.rows))
def test_a_row_has_a_price_or_a_reason_and_a_source(kind):
    row = PRICES.rows[kind]

    assert row.source.startswith("https://aws.amazon.com/")
    assert bool(row.charges) != bool(row.free)
    assert all(charge.usd > 0 and charge.monthly(10_000) > 0 for charge in row.charges)


def test_the_table_is_dated_and_speaks_of_the_region_of_the_project():
    assert date(2024, 1, 1) < PRICES.dated < date(2100, 1, 1)
    assert PRICES.region == PROJECT.stage("prod").region


def test_a_charge_has_a_standing_part_and_one_that_grows_with_papers():
    charge = Charge("call", usd=2.0, each=3.0, per_paper=0.5)

    assert charge.monthly(10) == 2.0 * (3.0 + 5.0)


def test_an_unknown_type_has_no_price_rather_than_none_to_pay():
    assert PRICES.monthly("AWS::New::Thing") is None
    assert PRICES.monthly("AWS::IAM::Role") == 0


def test_a_whole_stage_is_estimated_within_its_budget():
    stage = PROJECT.stage("prod")
    stacks = observe.stacks(PROJECT, stage)
    kinds = [r["Type"] for s in stacks for r in s.template["Resources"].values()]

    estimate = sum(PRICES.monthly(kind) or 0 for kind in kinds)
    assert 1 < estimate < stage.number("budget.monthly_usd")
