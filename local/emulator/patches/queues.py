"""Queues from which concurrent senders and receivers lose nothing, with one way in.

Stock rebuilds a queue's list of messages while other threads append to it (a function's mapping
deletes a batch while a topic delivers): a message that arrives in between is lost.
"""

import copy
import threading
from collections.abc import Callable, Mapping
from typing import Any, SupportsIndex

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import sqs

type Deliver = Callable[[str, Callable[[], None]], None]

# Everything that reads the list of messages and writes it back.
_REWRITERS = (
    "_act_delete_message",
    "_act_delete_message_batch",
    "_act_purge_queue",
    "_collect_msgs",
    "_delete_messages_for_esm",
    "_dlq_sweep",
    "_expire_retained",
)
_LOCK = threading.RLock()


def apply(deliver: Deliver) -> None:
    """Keep messages in a list that is only changed in place, under one lock.

    Every message on its way in passes `deliver(target, act)` with the target "queue:<name>".
    """
    Messages.deliver = staticmethod(deliver)
    sqs._queues = Queues()
    for name in _REWRITERS:
        stock = getattr(sqs, name)
        setattr(sqs, name, _locked(stock))
        for action, handler in sqs._HANDLERS.items():
            if handler is stock:
                sqs._HANDLERS[action] = getattr(sqs, name)


def _locked[**P, T](call: Callable[P, T]) -> Callable[P, T]:
    def locked(*args: P.args, **kwargs: P.kwargs) -> T:
        with _LOCK:
            return call(*args, **kwargs)

    return locked


class Messages(list[dict[str, Any]]):
    """The messages of one queue, in the order of their arrival."""

    deliver: Deliver

    def __init__(self, queue: str, messages: list[dict[str, Any]]) -> None:
        super().__init__(messages)
        self._queue = queue

    def append(self, message: dict[str, Any]) -> None:
        """Take a message in; one that is delivered again is another message of the same body."""
        left = [message]

        def arrive() -> None:
            arriving = left.pop() if left else {**message, "id": sqs.new_uuid()}
            with _LOCK:
                super(Messages, self).append(arriving)
            sqs.esm_wake.set()

        type(self).deliver(f"queue:{self._queue}", arrive)

    def __deepcopy__(self, memo: dict[int, Any]) -> list[dict[str, Any]]:
        with _LOCK:
            return [copy.deepcopy(message, memo) for message in self]

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        return list, (list(self),)


class Queue(dict[str, Any]):
    """A queue's record; a new list of messages replaces the content, never the list."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        super().__init__(record)
        super().__setitem__("messages", Messages(record["name"], record["messages"]))

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "messages":
            with _LOCK:
                self["messages"][:] = value
        else:
            super().__setitem__(key, value)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: copy.deepcopy(value, memo) for key, value in self.items()}


class Queues(AccountRegionScopedDict):  # type: ignore[misc]  # the emulator is untyped
    """All queues by account, region and address."""

    __slots__ = ()

    def __setitem__(self, key: str, record: Mapping[str, Any]) -> None:
        super().__setitem__(key, Queue(record))

    def update(self, other: Any) -> None:
        super().update(other)
        for key, record in self._data.items():
            if not isinstance(record, Queue):
                self._data[key] = Queue(record)

    def __deepcopy__(self, memo: dict[int, Any]) -> AccountRegionScopedDict:
        copied = AccountRegionScopedDict()
        copied._data = {key: copy.deepcopy(value, memo) for key, value in list(self._data.items())}
        return copied
