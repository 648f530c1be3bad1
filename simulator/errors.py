"""What the Bot API server says when it refuses, word for word (bots recognise these by their text)."""

from typing import Any


class ApiError(Exception):
    """An answer with ``ok: false``: HTTP status, description as Telegram writes it, optional `parameters`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class Violation(ApiError):
    """A call outside the Bot API: Telegram would often ignore it in silence, practice refuses and records it."""

    def __init__(self, method: str, parameter: str, why: str, description: str = "") -> None:
        super().__init__(400, description or f'Bad Request: LATIHAN: {why} "{parameter}" of {method}')
        self.method = method
        self.parameter = parameter
        self.why = why


def bad_request(text: str, **parameters: Any) -> ApiError:
    """400 with "Bad Request: " in front."""
    return ApiError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> ApiError:
    """403 with "Forbidden: " in front."""
    return ApiError(403, f"Forbidden: {text}")


def too_many_requests(seconds: int) -> ApiError:
    """429; `seconds` whole seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unauthorized() -> ApiError:
    """401: the token was revoked."""
    return ApiError(401, "Unauthorized")


def not_found() -> ApiError:
    """404: no such token or method."""
    return ApiError(404, "Not Found")


def conflict_getter() -> ApiError:
    """409: another getUpdates took over."""
    return ApiError(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )


def conflict_webhook() -> ApiError:
    """409: getUpdates while a webhook is set."""
    return ApiError(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

# What Telegram says when a required parameter is absent; others are answered in practice's own words.
MISSING = {
    "chat_id": "Bad Request: chat_id is empty",
    "text": "Bad Request: message text is empty",
    "photo": "Bad Request: there is no photo in the request",
    "document": "Bad Request: there is no document in the request",
    "video": "Bad Request: there is no video in the request",
    "voice": "Bad Request: there is no voice in the request",
    "message_id": "Bad Request: message identifier is not specified",
    "file_id": "Bad Request: file_id not specified",
    "user_id": "Bad Request: invalid user_id specified",
}
