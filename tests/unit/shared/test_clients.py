import subprocess
import sys

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
)

from shared import clients
from shared.errors import Unavailable

API_GATEWAY_SECONDS = 29
OPTIONS = {
    "region_name": "eu-west-2",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}


def refusal(code, status=400):
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutObject")


def test_a_client_is_made_once():
    made = clients.client("sqs", **OPTIONS)

    assert clients.client("sqs", **OPTIONS) is made


def test_all_attempts_and_the_pauses_between_them_fit_the_deadline_of_an_api():
    config = clients.build("sqs", **OPTIONS).meta.config
    attempts = config.retries["total_max_attempts"]

    pauses = sum(2**number for number in range(attempts - 1))  # the longest of botocore's standard
    assert config.retries["mode"] == "standard"
    assert attempts * (config.connect_timeout + config.read_timeout) + pauses < API_GATEWAY_SECONDS


@pytest.mark.parametrize(
    "error",
    [
        refusal("SlowDown", 503),
        refusal("ThrottlingException"),
        refusal("InternalError", 500),
        refusal("Whatever", 502),
        EndpointConnectionError(endpoint_url="https://sqs"),
        ReadTimeoutError(endpoint_url="https://sqs"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
)
def test_a_service_that_is_busy_or_silent_is_unavailable(error):
    with pytest.raises(Unavailable, match="queue"), clients.available("queue"):
        raise error


def test_any_other_error_stays_as_loud_as_it_was():
    with pytest.raises(ClientError), clients.available("queue"):
        raise refusal("AccessDenied", 403)


def test_importing_every_capability_makes_no_client_and_loads_no_slow_library():
    modules = "clients, claimcheck, keys, mail, objects, queues, sendgrid_mail, snapshot, topics"
    code = (
        f"from shared import {modules}, secrets, webhook; import sys;"
        "slow = {'boto3', 'sendgrid', 'cryptography', 'email_validator', 's3transfer'};"
        "print(sorted(slow & set(sys.modules)), clients.session.cache_info().currsize)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[] 0"
