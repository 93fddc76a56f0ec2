"""The Chalice app that every app here is: JSON logs, problem documents, contracts, a ping."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, cast

from chalice.app import Chalice, ChaliceAuthorizer, EventSourceHandler, Request, Response
from pydantic import BaseModel

from shared import http, log, metrics
from shared.contract import Contract
from shared.errors import AppError
from shared.problems import refusal, respond

PING: Mapping[str, object] = {"ping": True}


class HandlerFailed(Exception):
    """Raised out of an event handler in place of an unexpected error, without its message.

    The runtime logs what leaves a handler, and an unexpected message may quote personal data.
    """


# A view takes a call and the path's values; it gives an answer, or a model for status 200.
type View = Callable[Concatenate[http.Call[Any], ...], http.Answer | BaseModel]


class App(Chalice):
    """A Chalice app with the house's manners; declare routes and events with its decorators."""

    def __init__(self, name: str) -> None:
        super().__init__(app_name=name, configure_logs=False)
        log.name_service(name)
        self.register_middleware(_observed, "all")

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one event of API Gateway."""
        return pong("api_handler") if event == PING else super().__call__(event, context)

    def route(self, path: str, **kwargs: Any) -> Callable[..., Any]:
        """Declare a route; its contract checks media types, and answers with a problem."""
        return super().route(path, **{"content_types": ["*/*"], **kwargs})

    def contract(self, **promise: Any) -> Callable[[View], Callable[..., Response]]:
        """Hold a view to a Contract; goes under @app.route."""
        contract = Contract(**promise)

        def hold(view: View) -> Callable[..., Response]:
            @wraps(view)
            def answer(**path: str) -> Response:
                return self._answer(view, contract, path)

            answer.__contract__ = contract  # type: ignore[attr-defined]  # read by infra.api
            return answer

        return hold

    def _answer(self, view: View, contract: Contract, path: Mapping[str, str]) -> Response:
        request = cast("Request", self.current_request)  # always there while a view runs
        correlation = http.correlation_id(request)
        log.correlate(correlation, route=f"{request.method} {request.path}")
        try:
            given = view(http.admit(request, contract, path), **path)
            response = _response(given, correlation)
        except AppError as error:
            if type(error) not in contract.refusals.get(error.status, ()):
                return _broken(error, correlation)
            log.fact("refused", status=error.status, code=error.code)
            return refusal(error, correlation)
        except Exception as error:  # noqa: BLE001  # the edge: a problem document, never a traceback
            return _broken(error, correlation)
        log.fact("answered", status=response.status_code)
        return response

    def _wrap_handler(self, handler_type: str, handler_name: str, user_handler: Any) -> Any:
        """Teach event handlers and authorizers the ping (Chalice offers no public hook)."""
        handler = super()._wrap_handler(handler_type, handler_name, user_handler)
        if isinstance(handler, EventSourceHandler):
            return _Handler(handler_name, handler)
        if isinstance(handler, ChaliceAuthorizer):
            return _Authorizer(handler_name, user_handler)
        return handler


def _response(given: http.Answer | BaseModel, correlation: str) -> Response:
    answer = given if isinstance(given, http.Answer) else http.Answer(given)
    usual = {"Content-Type": "application/json", "X-Correlation-Id": correlation}
    return respond(answer.body.model_dump_json(), answer.status, {**usual, **answer.headers})


def _broken(error: Exception, correlation: str) -> Response:
    """Tell operators what is wrong, and the caller only that it is not their fault."""
    log.failure(error, reason=str(error) if isinstance(error, AppError) else "")
    metrics.count("UnexpectedErrors")
    return refusal(AppError(), correlation)


def pong(name: str) -> dict[str, str]:
    """Return the answer to a ping: a deploy asks every function for it."""
    return {"pong": name}


class _Handler(EventSourceHandler):
    """An event handler that answers a ping."""

    def __init__(self, name: str, handler: EventSourceHandler) -> None:
        super().__init__(handler.func, handler.event_class, handler.middleware_handlers)
        self.name = name

    def __call__(self, event: Any, context: Any) -> Any:
        return pong(self.name) if event == PING else super().__call__(event, context)


class _Authorizer(ChaliceAuthorizer):
    """An authorizer that answers a ping."""

    def __call__(self, event: Any, context: Any) -> Any:
        return pong(self.name) if event == PING else super().__call__(event, context)


def _observed(event: Any, handle: Callable[[Any], Any]) -> Any:
    """Log an event handler's failure and let it go on."""
    # A Chalice request keeps API Gateway's context under that name, and Lambda's apart.
    log.begin(getattr(event, "lambda_context", None) or getattr(event, "context", None))
    try:
        return handle(event)
    except AppError as error:
        log.fact("event refused", code=error.code, reason=str(error))
        raise
    except HandlerFailed:
        raise
    except Exception as error:  # noqa: BLE001  # it goes on, without its message
        log.failure(error)
        raise HandlerFailed(f"{type(error).__name__} at {log.places(error)[-1]}") from None
