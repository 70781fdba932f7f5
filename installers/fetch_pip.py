"""Finds a pip to install with on machines that have none (Debian's Python has neither pip nor ensurepip).

It looks where pip itself would: PIP_INDEX_URL, pip's configuration files, certificates, proxy and credentials.
Only the standard library, readable by Python 3.9, as bootstrap.py.
"""

from __future__ import annotations

import base64
import configparser
import contextlib
import glob
import hashlib
import html.parser
import importlib.util
import json
import netrc
import os
import ssl
import sys
import urllib.parse
import urllib.request

PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
DEFAULT_INDEX = "https://pypi.org/simple"  # pip's own default

WINDOWS = os.name == "nt"


def pip_configuration() -> dict[str, str]:
    """What pip would be configured with: its files, then its environment variables."""
    home = os.path.expanduser("~")
    xdg = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    names = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", os.path.join(home, ".pip", "pip.conf"),
             os.path.join(xdg, "pip", "pip.conf")]  # fmt: skip
    if WINDOWS:
        names = [os.path.join(os.environ.get(name, ""), "pip", "pip.ini") for name in ("ProgramData", "APPDATA")]
    elif sys.platform == "darwin":
        names += ["/Library/Application Support/pip/pip.conf", home + "/Library/Application Support/pip/pip.conf"]
    names.append(os.environ.get("PIP_CONFIG_FILE", ""))
    parser = configparser.RawConfigParser(strict=False)
    found: dict[str, str] = {}
    with contextlib.suppress(configparser.Error, UnicodeDecodeError):
        parser.read([name for name in names if name and name != os.devnull], encoding="utf-8")
        for section in ("global", "install"):
            if parser.has_section(section):
                found.update({key.replace("_", "-"): value for key, value in parser.items(section)})
    for key in ("index-url", "extra-index-url", "cert", "proxy"):
        value = os.environ.get("PIP_" + key.upper().replace("-", "_"))
        if value:
            found[key] = value
    return found


class NoPip(Exception):
    """No pip is on the machine and none could be fetched; the text says why."""


def pip_wheel(folder: str) -> str:
    """A pip wheel to run: Python's own, the system's, or one fetched into `folder` and checked."""
    spec = importlib.util.find_spec("ensurepip")
    places = [os.path.dirname(spec.origin)] if spec and spec.origin else []
    for pattern in [os.path.join(place, "_bundled", "pip-*.whl") for place in places]:
        for wheel in sorted(glob.glob(pattern)):
            return wheel
    for wheel in sorted(glob.glob("/usr/share/python-wheels/pip-*.whl"), reverse=True):
        return wheel
    configured = pip_configuration()
    indexes = [configured.get("index-url", DEFAULT_INDEX), *configured.get("extra-index-url", "").split()]
    trouble = ""
    for index in indexes:
        try:
            return fetch_pip(index, configured, folder)
        except (OSError, ValueError) as error:
            trouble = "%s (%s)" % (error, urllib.parse.urlsplit(index).hostname or "file")
    raise NoPip(trouble)


class Links(html.parser.HTMLParser):
    """Gathers the addresses of a simple index page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def fetch_pip(index: str, configured: dict[str, str], folder: str) -> str:
    """Fetch `PIP_WHEEL` by the simple index at `index`, check its hash, and return its path."""
    address, page, kind = download(index.rstrip("/") + "/pip/", configured, index)
    if "json" in kind:
        links = [entry["url"] for entry in json.loads(page)["files"]]
    else:
        parser = Links()
        parser.feed(page.decode("utf-8", "replace"))
        links = parser.found
    for link in links:
        plain = urllib.parse.urldefrag(urllib.parse.urljoin(address, link))[0]
        if urllib.parse.unquote(plain).rsplit("/", 1)[-1] == PIP_WHEEL:
            _, wheel, _ = download(plain, configured, index)
            if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
                raise ValueError(PIP_WHEEL + " is not the file it should be (SHA-256)")
            path = os.path.join(folder, PIP_WHEEL)
            with open(path, "wb") as handle:
                handle.write(wheel)
            return path
    raise ValueError(PIP_WHEEL + " is not in the index")


def download(url: str, configured: dict[str, str], index: str) -> tuple[str, bytes, str]:
    """Address after redirects, content and content type of `url`, with pip's certificates, proxy and credentials.

    Credentials in the address of `index` are sent to its host only.
    """
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))
    request.add_header("Accept", "application/vnd.pypi.simple.v1+json, text/html;q=0.5, */*;q=0.1")
    home = urllib.parse.urlsplit(index)
    user, password = (home.username, home.password) if parts.hostname == home.hostname else (None, None)
    if user is None and parts.hostname:
        with contextlib.suppress(OSError, netrc.NetrcParseError):
            user, _, password = netrc.netrc().authenticators(parts.hostname) or (None, None, None)
    if user is not None:
        pair = "%s:%s" % (urllib.parse.unquote(user), urllib.parse.unquote(password or ""))
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    certificates = configured.get("cert") or os.environ.get("REQUESTS_CA_BUNDLE") or None
    handlers = [urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certificates))]
    if configured.get("proxy"):
        handlers.append(urllib.request.ProxyHandler({"http": configured["proxy"], "https": configured["proxy"]}))
    with urllib.request.build_opener(*handlers).open(request, timeout=60) as answer:
        return answer.geturl(), answer.read(), answer.headers.get("Content-Type", "")
