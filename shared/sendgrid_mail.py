"""SendGrid as a Mailer, by its own client."""

import json
import logging
import re
from collections.abc import Collection, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

import python_http_client
from python_http_client.exceptions import HTTPError

from shared import outbound
from shared.clock import Clock, utc_now
from shared.errors import AppError, MissingSettings, TooLarge, Unavailable
from shared.mail import (
    ATTEMPT_SECONDS,
    Doubtful,
    Message,
    RateLimited,
    Rejected,
    Sent,
    Unauthorized,
    single_line,
)
from shared.secrets import Secrets, with_secret

_LONGEST_REASON = 200
_ADDRESS = re.compile(r"\S*@\S*")
_KEY = re.compile(r"[!-~]{10,200}")
_NUMBER = re.compile(r"\d{1,12}")


class SendGridMailer:
    """SendGrid, reached with the key and at the address that a secret holds."""

    def __init__(
        self, secrets: Secrets, secret: str, hosts: Collection[str], clock: Clock = utc_now
    ) -> None:
        self._secrets = secrets
        self._secret = secret
        self._hosts = frozenset(hosts)
        self._clock = clock
        # At DEBUG it writes the key and the whole mail.
        logging.getLogger("python_http_client").setLevel(logging.INFO)

    def prepare(self) -> None:
        self._api(self._secrets.get(self._secret), ATTEMPT_SECONDS)

    def send(self, message: Message, within: float = ATTEMPT_SECONDS) -> Sent:
        return with_secret(
            self._secrets, self._secret, lambda secret: self._post(secret, message, within)
        )

    def _post(self, secret: Mapping[str, str], message: Message, within: float) -> Sent:
        api = self._api(secret, within)
        try:
            answer = api.send(payload(message))
        except HTTPError as error:
            raise _refusal(error, self._clock().timestamp()) from None
        except (OSError, HTTPException, TooLarge) as error:
            if isinstance(error, URLError) and isinstance(error.reason, outbound.NotConnected):
                raise Unavailable("SendGrid cannot be reached.") from error
            raise Doubtful("SendGrid's answer did not arrive whole.") from error
        return Sent(answer.headers.get("X-Message-Id") or "")

    def _api(self, secret: Mapping[str, str], within: float) -> Any:
        from sendgrid import SendGridAPIClient  # noqa: PLC0415  # 40 ms, for a sender only

        key, base_url = secret.get("api_key", ""), secret.get("base_url", "").rstrip("/")
        if not _KEY.fullmatch(key):
            raise MissingSettings(f"secret {self._secret} holds no api_key")
        outbound.check(base_url, self._hosts)
        api = SendGridAPIClient(api_key=key, host=base_url)
        api.client = _Client(
            outbound.opener(self._hosts),
            host=base_url,
            request_headers=api.client.request_headers,
            version=3,
            timeout=within,
        )
        return api


class _Client(python_http_client.Client):  # type: ignore[misc]  # it has no types
    """SendGrid's HTTP client, through our opener: its own follows redirects and keeps the key."""

    def __init__(self, opener: Any, **options: Any) -> None:
        super().__init__(**options)
        self._opener = opener

    def _build_client(self, name: str | None = None) -> "_Client":
        return _Client(
            self._opener,
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=[*self._url_path, name] if name else self._url_path,
            append_slash=self.append_slash,
            timeout=self.timeout,
        )

    def _make_request(self, opener: Any, request: Any, timeout: float | None = None) -> Any:  # noqa: ARG002  # theirs
        return super()._make_request(self._opener, request, timeout=timeout)


def payload(message: Message) -> dict[str, Any]:
    """Return the body of POST /v3/mail/send.

    Not built by the client's own helper: that refuses a mail in which somebody wrote what looks
    like a key, and a student's title must not be able to stop a mail.
    """
    recipient: dict[str, Any] = {"to": [{"email": message.to}]}
    if message.custom_args:
        recipient["custom_args"] = dict(message.custom_args)
    if message.headers:
        recipient["headers"] = dict(message.headers)
    sender = {"email": message.sender}
    if message.sender_name:
        sender["name"] = message.sender_name
    body = {
        "personalizations": [recipient],
        "from": sender,
        "subject": message.subject,
        "content": [
            {"type": "text/plain", "value": message.text},
            {"type": "text/html", "value": message.html},
        ],
    }
    return body | ({"categories": list(message.categories)} if message.categories else {})


def _refusal(error: HTTPError, now: float) -> AppError:
    """Name an answer that is not 2xx."""
    status = int(error.status_code)
    if status in {401, 403}:
        return Unauthorized(f"SendGrid does not accept our key ({status}): {_reason(error.body)}")
    if status == 429:  # noqa: PLR2004
        return RateLimited("SendGrid takes no more for now.", _wait(error.headers, now))
    if status in {408, 503} or status < 400:  # noqa: PLR2004  # a redirect takes nothing either
        return Unavailable(f"SendGrid does not take mail now ({status}).")
    if status < 500:  # noqa: PLR2004
        return Rejected(f"SendGrid refuses this mail ({status}): {_reason(error.body)}")
    return Doubtful(f"SendGrid failed while taking the mail ({status}).")


def _wait(headers: Mapping[str, str], now: float) -> float | None:
    """Read the seconds to wait; mail/send may leave them out."""
    reset, after = headers.get("X-RateLimit-Reset") or "", headers.get("Retry-After") or ""
    if _NUMBER.fullmatch(reset):
        return max(0.0, int(reset) - now)
    return float(after) if _NUMBER.fullmatch(after) else None


def _reason(body: bytes) -> str:
    """Return what SendGrid complains of, without the addresses that it may quote."""
    try:
        errors = json.loads(body)["errors"]
        said = "; ".join(f"{e.get('field') or 'mail'}: {e.get('message')}" for e in errors)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "no reason given"
    return single_line(_ADDRESS.sub("[address]", said), _LONGEST_REASON)
