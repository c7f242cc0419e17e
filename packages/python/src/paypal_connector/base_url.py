"""The address of a simulator in place of PayPal."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_base_url(url: str) -> str:
    """Return `url` without a slash at its end.

    Raises `ValueError` unless it is `http://` or `https://`, a loopback host, and a port if there is one: a token must not
    reach another host. The component checks it again.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/") or any(mark in url for mark in "?#@\\"):
        raise ValueError("the base URL must be http:// or https://, a host, and a port if there is one")
    if not _is_loopback(host):
        raise ValueError(f"the base URL must lead to this machine, not to {host!r}")
    parts.port  # noqa: B018  raises `ValueError` if it is none
    return url.removesuffix("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
