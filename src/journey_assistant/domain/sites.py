"""Sites: the origins whose pages may carry the chat."""

from __future__ import annotations

from urllib.parse import urlsplit

_USUAL_PORT = {"http": 80, "https": 443}
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def origin_of(url: str) -> str:
    """The origin of a web address as a browser names it: `https://www.example.com`, the usual port left out.

    Raises ValueError for anything else than an http or https address of a host.
    """
    given = url.strip()
    parts = urlsplit(given)
    port = parts.port
    host = parts.hostname or ""
    if parts.scheme not in _USUAL_PORT or not _is_host(host) or parts.username is not None:
        raise ValueError(f"{given[:200]!r} is not the address of a site (such as https://www.example.com)")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, _USUAL_PORT[parts.scheme]) else "")


def is_own_machine(origin: str) -> bool:
    """The page comes from the developer's own machine, whatever the port."""
    try:
        return urlsplit(origin_of(origin)).hostname in _OWN_MACHINE
    except ValueError:
        return False


def _is_host(host: str) -> bool:
    return bool(host) and all(char.isascii() and (char.isalnum() or char in "-._:") for char in host)
