import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import webhook
from shared.errors import Invalid, Unauthorized

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BODY = b'[{"event":"delivered"},\n {"event":"\xc3\xa9"}]\r\n'
PRIVATE = ec.generate_private_key(ec.SECP256R1())


def shown(private):
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def signed(body=BODY, at=NOW, private=PRIVATE):
    stamp = str(int(at.timestamp()))
    signature = private.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    return {
        webhook.TIMESTAMP: stamp,
        webhook.SIGNATURE: base64.b64encode(signature).decode(),
    }


PUBLIC = shown(PRIVATE)


@pytest.mark.parametrize("age", [0, 299, 300, -300])
def test_a_signature_within_five_minutes_is_accepted(age):
    webhook.verify(BODY, signed(at=NOW - timedelta(seconds=age)), PUBLIC, NOW)


@pytest.mark.parametrize("age", [301, 600, -301, 10**9])
def test_a_signature_of_another_time_is_refused(age):
    with pytest.raises(Unauthorized):
        webhook.verify(BODY, signed(at=NOW - timedelta(seconds=age)), PUBLIC, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {webhook.SIGNATURE: ""},
        {webhook.SIGNATURE: "%%% not base64"},
        {webhook.SIGNATURE: base64.b64encode(b"not DER").decode()},
        {webhook.SIGNATURE: "é"},
        {webhook.TIMESTAMP: ""},
        {webhook.TIMESTAMP: "soon"},
        {webhook.TIMESTAMP: "-1"},
        {webhook.TIMESTAMP: "\u0661\u0662\u0663"},
        {webhook.TIMESTAMP: "9" * 400},
        {webhook.TIMESTAMP: str(int(NOW.timestamp()) + 1)},
    ],
)
def test_a_header_that_is_not_the_signed_one_is_refused(change):
    with pytest.raises(Unauthorized):
        webhook.verify(BODY, signed() | change, PUBLIC, NOW)


def test_no_headers_are_no_signature():
    with pytest.raises(Unauthorized):
        webhook.verify(BODY, {}, PUBLIC, NOW)


@pytest.mark.parametrize("body", [b"", BODY.replace(b"\r\n", b"\n"), BODY + b" "])
def test_the_signature_covers_every_byte_of_the_body(body):
    with pytest.raises(Unauthorized):
        webhook.verify(body, signed(), PUBLIC, NOW)


def test_bytes_that_are_no_text_can_be_signed():
    webhook.verify(b"\xff\xfe", signed(b"\xff\xfe"), PUBLIC, NOW)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "not base64",
        base64.b64encode(b"not a key").decode(),
        shown(ec.generate_private_key(ec.SECP256R1())),
        shown(ed25519.Ed25519PrivateKey.generate()),
    ],
    ids=["none", "no base64", "no key", "another pair", "another kind"],
)
def test_another_key_than_the_signers_is_refused(key):
    with pytest.raises(Unauthorized):
        webhook.verify(BODY, signed(), key, NOW)


def test_another_curve_is_refused():
    private = ec.generate_private_key(ec.SECP384R1())

    with pytest.raises(Unauthorized):
        webhook.verify(BODY, signed(private=private), shown(private), NOW)


@settings(max_examples=50, deadline=None)
@given(st.text() | st.binary().map(lambda raw: base64.b64encode(raw).decode()), st.binary())
def test_no_signature_is_anything_but_unauthorized(signature, body):
    headers = signed(body) | {webhook.SIGNATURE: signature}

    with pytest.raises(Unauthorized):
        webhook.verify(body, headers, PUBLIC, NOW)


def test_a_delivery_names_the_mail_that_it_is_about():
    body = json.dumps(
        [
            {
                "sg_event_id": "e1",
                "event": "delivered",
                "timestamp": 1795251600,
                "sg_message_id": "abc.recvd-1-2",
                "email": "ada@example.org",
                "event_id": "01J",
                "recipient": "student",
                "correlation_id": "req-1",
                "something_new": {"a": [1]},
            }
        ]
    )

    [delivery] = webhook.parse(body.encode())

    assert (delivery.id, delivery.kind, delivery.message_id) == ("e1", "delivered", "abc")
    assert (delivery.event_id, delivery.recipient) == ("01J", "student")
    assert delivery.correlation_id == "req-1"
    assert delivery.at == datetime.fromtimestamp(1795251600, UTC)
    assert "ada" not in repr(delivery)


def test_a_mail_of_another_house_has_no_names_of_ours():
    [delivery] = webhook.parse(b'[{"sg_event_id":"e1","event":"open","timestamp":1}]')

    assert delivery.event_id is None


def test_no_events_are_fine():
    assert webhook.parse(b"[]") == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b'[{"sg_event_id":"e","event":"open","timestamp":NaN}]',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_events_is_invalid(body):
    with pytest.raises(Invalid):
        webhook.parse(body)


@pytest.mark.parametrize(
    "odd",
    [
        "1",
        "{}",
        '{"sg_event_id":1,"event":"open","timestamp":1}',
        '{"sg_event_id":"e","event":"open","timestamp":"soon"}',
        '{"sg_event_id":"e","event":"open","timestamp":1e400}',
        '{"sg_event_id":"e","event":"open","timestamp":1,"event_id":5}',
    ],
)
def test_an_odd_event_does_not_hide_its_neighbour(odd):
    good = '{"sg_event_id":"e","event":"bounce","timestamp":1}'

    read = webhook.parse(f"[{odd},{good}]".encode())

    assert read[0] is None
    assert read[1].kind == "bounce"
