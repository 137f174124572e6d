"""Drive headless Chromium over its devtools protocol: any width, light or dark, and a list of all that a page asks for."""

import base64
import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.request import ProxyHandler, build_opener

from websockets.sync.client import connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-port=0", "--allow-file-access-from-files",
)  # fmt: skip
STARTED_S_MAX = 60


class Tab:
    """Hold one page of the browser."""

    def __init__(self, socket):
        self._socket, self._count, self.asked = socket, 0, []
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method, **values):
        """Send a command and return its result; requests that the page makes meanwhile are noted."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": values}))
        while True:
            heard = self._hear()
            if heard.get("id") == self._count:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']['message']}")
                return heard["result"]

    def open(self, page: Path, width: int, *, dark: bool = False, height: int = 900, scale: int = 1):
        """Show a file at a width, as on a light or a dark screen, and wait until it is all there."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 700)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="screen", features=[scheme])
        self.asked.clear()
        self.call("Page.navigate", url=page.as_uri())
        while self._hear().get("method") != "Page.loadEventFired":
            pass

    def run(self, script: str):
        """Evaluate a script, a promise too, and return its value."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", "a script failed"))
        return answer["result"].get("value")

    def shoot(self, out: Path, height: int | None = None):
        """Write a picture of the page, from its top to `height`, or to its end."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(height or size["height"], size["height"]), "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        out.write_bytes(base64.b64decode(shot["data"]))

    def _hear(self):
        heard = json.loads(self._socket.recv(timeout=60))
        if heard.get("method") == "Network.requestWillBeSent":
            self.asked.append(heard["params"]["request"]["url"])
        return heard


@contextmanager
def browse(folder: Path):
    """Start a browser with a profile of its own in a folder, and give its one tab; it ends with the block."""
    process = subprocess.Popen(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_address(folder / "profile"), max_size=None, proxy=None) as socket:
            yield (tab := Tab(socket))
            tab.call("Browser.close")
        process.wait(60)
    finally:
        process.kill()
        process.wait()


def _address(profile: Path) -> str:
    """Wait until the browser has said where it listens, and return the address of its page."""
    told = profile / "DevToolsActivePort"
    deadline = monotonic() + STARTED_S_MAX
    while not (told.exists() and told.read_text().count("\n")):
        if monotonic() > deadline:
            raise TimeoutError("the browser did not start")
        sleep(0.05)
    port = told.read_text().split()[0]
    with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
        pages = json.load(answer)
    return next(str(page["webSocketDebuggerUrl"]) for page in pages if page["type"] == "page")
