"""Which of several alike is kept, and what Chalice's record then says."""

from infra.adopt import adopt
from infra.aws import Cloud
from infra.live import Api, Live, Mapping, Subscription
from infra.project import Project

BASE = "coursework-paper-dev"
QUEUE = "arn:aws:sqs:eu-west-2:1:q"
STREAM = "arn:aws:dynamodb:eu-west-2:1:table/t/stream/2026"
TOPIC = "arn:aws:sns:eu-west-2:1:t"


def cloud():
    ours = Cloud(Project.load().stage("dev"), {})
    vars(ours)["account"] = "1"  # what the cached property would hold
    return ours


def test_an_api_that_no_record_knows_is_adopted_and_not_made_again():
    found = Live(BASE, apis=(Api("a", 1.0, deployed=True),))

    adoption = adopt(cloud(), found, [])

    assert [each["rest_api_id"] for each in adoption.record] == ["a"]
    assert adoption.extra_apis == ()


def test_the_recorded_api_is_kept_and_the_others_go():
    apis = (Api("old", 1.0, deployed=True), Api("ours", 2.0, deployed=True))
    recorded = [{"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "ours"}]

    adoption = adopt(cloud(), Live(BASE, apis=apis), recorded)

    assert [each["rest_api_id"] for each in adoption.record] == ["ours"]
    assert adoption.extra_apis == ("old",)


def test_of_unrecorded_apis_the_oldest_that_works_is_kept():
    apis = (
        Api("half", 1.0, deployed=False),
        Api("late", 3.0, deployed=True),
        Api("early", 2.0, deployed=True),
    )

    adoption = adopt(cloud(), Live(BASE, apis=apis), [])

    assert [each["rest_api_id"] for each in adoption.record] == ["early"]
    assert adoption.extra_apis == ("late", "half")


def test_a_record_of_what_is_gone_is_dropped():
    recorded = [
        {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "gone"},
        {"name": "deliver-sqs-event-source", "resource_type": "sqs_event", "event_uuid": "gone"},
    ]

    assert adopt(cloud(), Live(BASE), recorded).record == ()


def test_what_is_not_looked_for_stays_in_the_record():
    recorded = [{"name": "in-s3event", "resource_type": "s3_event", "bucket": "b"}]

    assert adopt(cloud(), Live(BASE), recorded).record == tuple(recorded)


def test_one_mapping_for_each_handler_is_kept_in_chalices_own_words():
    mappings = (
        Mapping("m1", f"{BASE}-deliver", QUEUE, enabled=True),
        Mapping("m2", f"{BASE}-deliver", QUEUE, enabled=True),
        Mapping("m3", f"{BASE}-relay", STREAM, enabled=True),
    )
    recorded = [
        {"name": "deliver-sqs-event-source", "resource_type": "sqs_event", "event_uuid": "m2"}
    ]

    adoption = adopt(cloud(), Live(BASE, mappings=mappings), recorded)

    assert adoption.extra_mappings == ("m1",)
    assert adoption.record == (
        {
            "name": "deliver-sqs-event-source",
            "resource_type": "sqs_event",
            "event_uuid": "m2",
            "lambda_arn": f"arn:aws:lambda:eu-west-2:1:function:{BASE}-deliver",
            "queue_arn": QUEUE,
            "queue": "q",
        },
        {
            "name": "relay-dynamodb-event-source",
            "resource_type": "dynamodb_event",
            "event_uuid": "m3",
            "lambda_arn": f"arn:aws:lambda:eu-west-2:1:function:{BASE}-relay",
            "stream_arn": STREAM,
        },
    )


def test_one_subscription_for_each_handler_is_kept():
    twice = (Subscription("s1", f"{BASE}-alarm", TOPIC), Subscription("s2", f"{BASE}-alarm", TOPIC))

    adoption = adopt(cloud(), Live(BASE, subscriptions=twice), [])

    assert [each["subscription_arn"] for each in adoption.record] == ["s1"]
    assert adoption.extra_subscriptions == ("s2",)


def test_functions_and_roles_are_recorded_so_that_chalice_removes_undeclared_ones():
    found = Live(BASE, functions=(BASE, f"{BASE}-old"), roles=(f"{BASE}-old",))

    record = adopt(cloud(), found, []).record

    assert [(each["resource_type"], each["name"]) for each in record] == [
        ("iam_role", "old_role"),
        ("lambda_function", "api_handler"),
        ("lambda_function", "old"),
    ]
