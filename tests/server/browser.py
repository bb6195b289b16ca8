"""A browser that is told what to do: Chromium, over the pipes that it takes orders from."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
LONG = 60.0  # seconds
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--remote-debugging-pipe", "--no-first-run", "--disable-extensions"),
)

# It takes orders from 3 and answers on 4.
_STARTS = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for place, end in enumerate(ends, 3):
    os.dup2(end, place)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One window. `complaints`: what its console said, and what threw."""

    def __init__(self, folder: Path) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._process = subprocess.Popen(
            (
                *(sys.executable, "-c", _STARTS, str(orders), str(answers)),
                *(CHROMIUM, *_OPTIONS, f"--user-data-dir={folder}", "about:blank"),
            ),
            pass_fds=(orders, answers),
            stderr=subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        self._read: BinaryIO = os.fdopen(self._answers, "rb", buffering=0)
        self._rest = b""
        self._number = 0
        self.complaints: list[str] = []
        self._session = ""
        try:
            page = self._tell("Target.createTarget", url="about:blank")["targetId"]
            attached = self._tell("Target.attachToTarget", targetId=page, flatten=True)
            self._session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                self._tell(f"{domain}.enable")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._orders)
        self._process.kill()
        self._process.wait()
        self._read.close()

    def window(self, width: int, height: int = 900, dark: bool = False) -> None:
        """Its size, and whether its user wants it dark."""
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._tell("Emulation.setEmulatedMedia", features=[scheme])

    def go(self, address: str) -> None:
        self._tell("Page.navigate", url=address)

    def finds(self, expression: str) -> Any:
        """The value of an expression in the page, which may be waited for there."""
        answer = self._tell(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def waits(self, expression: str) -> Any:
        """The value of an expression as soon as it is something."""
        last = time.monotonic() + LONG
        while not (found := self.finds(expression)):
            assert time.monotonic() < last, expression
            time.sleep(0.05)
        return found

    def types(self, text: str) -> None:
        """Text typed where the focus is."""
        self._tell("Input.insertText", text=text)

    def presses(self, key: str) -> None:
        """A key by its name."""
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._tell("Input.dispatchKeyEvent", type="keyDown", **shared, **text)
        self._tell("Input.dispatchKeyEvent", type="keyUp", **shared)

    def tree(self) -> list[dict[str, Any]]:
        """What is told to a screen reader: the parts by role and name."""
        nodes = self._tell("Accessibility.getFullAXTree")["nodes"]
        return [
            {"role": node["role"]["value"], "name": node.get("name", {}).get("value", "")}
            for node in nodes
            if not node.get("ignored")
        ]

    def picture(self) -> bytes:
        return base64.b64decode(self._tell("Page.captureScreenshot")["data"])

    def _tell(self, method: str, **params: Any) -> Any:
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            said = answer.get("method", "")
            if said in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                self.complaints.append(json.dumps(answer["params"])[:500])
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], LONG)
            assert ready, "the browser doesn't answer"
            more = self._read.read(1 << 16)
            assert more, "the browser has ended"
            self._rest += more
        one, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(one)
        return found
