"""Name the ways a request can fail. `FetchError` never leaves this package: it becomes a failed `model.Response`."""

TIMEOUT = "timeout"
TOO_LARGE = "too_large"
INCOMPLETE = "incomplete"  # the connection ended before the answer did
REFUSED_ADDRESS = "refused_address"  # we refuse to go there
DNS = "dns"
TLS = "tls"
CONNECT = "connect"
TOO_MANY_REDIRECTS = "too_many_redirects"
PROTOCOL = "protocol"
ROBOTS = "robots"  # robots.txt asks us not to fetch this page: it will next time, too
RETRY_LATER = "retry_later"  # nothing sent: in this run the host asked us to stay away, or could not say what its robots.txt is

RUN_OVER = "the time of this run is over"  # the detail of RETRY_LATER where it is we who stop

DETAIL_CHARS_MAX = 200


class FetchError(Exception):
    """Carry the reason and a short detail from where a request failed to where its response is made; `wait_s` where a host asked for it."""

    def __init__(self, reason: str, detail: str = "", wait_s: float | None = None) -> None:
        self.reason = reason
        self.wait_s = wait_s
        self.detail = "".join(sign if sign.isprintable() else " " for sign in detail[:DETAIL_CHARS_MAX])
        super().__init__(f"{reason}: {self.detail}")
