"""Every request of the collection answers as the collection says, on each app in memory."""

from shared.problems import MEDIA_TYPE, SAFE_HEADERS
from tests.api.collection_run import Run


def test_every_request_gets_the_promised_answer(api, send):
    for example, answer in Run(send).all(api):
        place = f"{example.route.method} {example.path}: {example.name}"

        assert answer.status_code in example.statuses, (place, answer.text)
        assert not example.refused or answer.json["code"] == example.refused.code, place
        assert set(example.required) <= set(answer.json), place


def test_every_answer_is_json_that_nobody_stores_or_guesses_about(api, send):
    for example, answer in Run(send).all(api):
        assert answer.content_type == (MEDIA_TYPE if example.refused else "application/json")
        assert SAFE_HEADERS.items() <= dict(answer.headers).items()


def test_no_answer_offers_cors(api, send):
    for _, answer in Run(send).all(api):
        assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]
