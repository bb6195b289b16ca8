"""The page: to whom it answers, what it shows of a text, and how it is used in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from browser import CHROMIUM, Browser
from programs import needs

from verifier.server.page import Page

TEXT = """\
title: <b>Divergence</b>
model:
  - p(z)
  - q(z)
start: KL(q(z) || p(z))
steps:
  - eq: E_{q(z)}[log q(z) - log p(z)]
    by: [kl, log-rules]
  - ge: 0
    by: gibbs
claim: KL(q(z) || p(z)) >= 0
"""
WRONG = TEXT.replace("- log p(z)]", "+ log p(z)]")
NOTES = "A model p(x, z).\n\n$$\\log p(x) = \\log p(x, z) + \\log p(z \\mid x)$$\n\n$$\\foo$$\n"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    made = Page(0)
    made.judges.warm()
    thread = Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    made.judges.close()
    thread.join()


def answer(
    page: Page, name: str, body: str | None = None, path: str | None = None, **headers: str
) -> tuple[int, str]:
    """The status and what is answered."""
    connection = HTTPConnection("127.0.0.1", page.server_port, timeout=60)
    host = f"127.0.0.1:{page.server_port}"
    usual = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
    usual |= {"Content-Length": str(len((body or "").encode()))} if body is not None else {}
    sent = usual | {key.replace("_", "-"): value for key, value in headers.items()}
    connection.putrequest(
        *("GET" if body is None else "POST", path or f"/{page.secret}/{name}"), skip_host=True
    )
    for key, value in sent.items():
        if value:
            connection.putheader(key, value)
    connection.endheaders((body or "").encode())
    found = connection.getresponse()
    text = found.read().decode()
    connection.close()
    return found.status, text


def seen(page: Page, text: str, **more: str) -> dict[str, Any]:
    status, body = answer(page, "judge", json.dumps({"text": text, **more}))
    assert status == 200
    found: dict[str, Any] = json.loads(body)
    return found


def test_it_answers_to_this_machine_alone(page: Page) -> None:
    assert page.server_address[0] == "127.0.0.1"


REFUSED = [
    ({"Host": "example.com"}, None, 403),
    ({"Host": "example.com:80"}, "{}", 403),
    ({"Host": ""}, None, 403),
    ({"path": "/"}, None, 404),
    ({"path": "/guess/"}, None, 404),
    ({"path": "/guess/judge"}, "{}", 404),
    ({"Sec_Fetch_Site": "cross-site"}, None, 403),
    ({"Origin": "http://example.com"}, '{"text": ""}', 403),
    ({"Origin": "null"}, '{"text": ""}', 403),
    ({"Origin": ""}, '{"text": ""}', 403),
    ({"Content_Length": ""}, '{"text": ""}', 411),
    ({"Content_Length": "-1"}, '{"text": ""}', 411),
    ({"Content_Length": "99999999"}, "", 413),
    ({}, "[", 400),
    ({}, "[1]", 400),
    ({}, '{"text": 1}', 400),
    ({}, "[" * 5000, 400),
]


@pytest.mark.parametrize(("headers", "body", "status"), REFUSED)
def test_who_is_refused(page: Page, headers: dict[str, str], body: str | None, status: int) -> None:
    assert answer(page, "judge" if body is not None else "", body, **headers)[0] == status


@pytest.mark.parametrize(
    "name", ["nothing", "../page.py", "examples/", "examples/../../pyproject", "page.css/"]
)
def test_nothing_else_is_there(page: Page, name: str) -> None:
    assert answer(page, name)[0] == 404
    assert answer(page, quote(name, safe=""))[0] == 404


def test_a_worksheet_is_filled_in(page: Page) -> None:
    status, made = answer(page, "fill", json.dumps({"text": TEXT}))
    assert status == 200
    (word,) = re.findall('name="sheet" value="(.*?)"', made)
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    status, marked = answer(page, "check", urlencode({"sheet": word}), **form)
    assert status == 200
    assert "0 of 1 points" in marked
    assert "not answered" in marked
    assert answer(page, "check", urlencode({"sheet": "x"}), **form)[0] == 410
    assert answer(page, "fill", json.dumps({"text": "title: x"}))[0] == 409


def test_examples(page: Page) -> None:
    names = json.loads(answer(page, "examples")[1])
    assert names[:3] == ["jensen", "kl", "bayes"]
    assert "blog/temporal" in names
    assert answer(page, "examples/kl")[1].startswith("title: ")


def test_what_is_seen_of_a_text_that_holds(page: Page) -> None:
    found = seen(page, TEXT)
    assert (found["verdict"], found["offers"], found["sheet"]) == ("verified", [], True)
    assert "findings" not in found["html"]
    assert found["html"].count('class="verdict good"') == 2
    assert "proved, gap " in found["html"]
    assert "<math" in found["html"]
    assert "<b>Div" not in found["html"]
    assert "&lt;b&gt;Divergence" in found["html"]


def test_what_is_seen_of_a_text_that_is_wrong(page: Page) -> None:
    found = seen(page, WRONG)
    assert found["verdict"] == "failed"
    assert 'data-place="7 9 7 38">line 7</a>: step 1 is refuted' in found["html"]
    assert "<table>" in found["html"]
    (offer,) = (o for o in found["offers"] if "write" in o["said"])
    assert seen(page, offer["text"])["verdict"] == "verified"


@pytest.mark.parametrize("text", ["", "\0", "steps: [", "<script>alert(1)</script>: 1", "a: &b"])
def test_what_is_seen_of_what_can_not_be_read(page: Page, text: str) -> None:
    found = seen(page, text)
    assert (found["verdict"], found["offers"], found["sheet"]) == ("error", [], False)
    assert found["status"].startswith("error: ")
    assert "<script" not in found["html"]


def test_what_is_seen_of_a_document(page: Page) -> None:
    found = seen(page, NOTES, kind="markdown")
    assert found["verdict"] == "failed"
    assert "line 3</a>: step 1 is refuted" in found["html"]
    assert 'class="left"' in found["html"]


def test_an_example_finds_what_it_uses(page: Page) -> None:
    text = TEXT.replace("    by: gibbs", "    by: gibbs\n    using: kl.yaml#claim")
    assert "can&#x27;t be used" not in seen(page, text, example="jensen")["html"]
    assert "can&#x27;t be used" in seen(page, text)["html"]


@pytest.mark.parametrize(
    ("name", "part"), [("handout", "Rules used"), ("worksheet", "blank"), ("solutions", "blank")]
)
def test_sheets(page: Page, name: str, part: str) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    status, sheet = answer(page, name, urlencode({"text": TEXT.replace("\n", "\r\n")}), **form)
    assert status == 200
    assert sheet.startswith("<!DOCTYPE html>")
    assert part in sheet
    assert answer(page, name, urlencode({"text": "steps: ["}), **form)[0] == 409


@pytest.fixture(scope="module")
def browser(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as made:
        made.window(1280)
        made.go(page.address)
        made.waits("window.report && report.childElementCount > 0")
        yield made
        assert made.complaints == []


def put(browser: Browser, text: str, verdict: str) -> None:
    """A text typed in the place of what is there, and judged."""
    browser.finds("text.focus(), text.select(), status_ = document.getElementById('status'), 0")
    browser.finds("status_.textContent = ''")
    browser.types(text)
    assert browser.waits("status_.textContent && status_.dataset.verdict") == verdict


in_a_browser = needs(CHROMIUM or "chromium")


@in_a_browser
def test_a_fault_is_shown_as_it_is_typed_gone_to_and_taken_back(browser: Browser) -> None:
    put(browser, TEXT, "verified")
    put(browser, WRONG, "failed")
    browser.finds("document.querySelector('#report [data-place]').click()")
    assert browser.finds("getSelection().toString()") == "E_{q(z)}[log q(z) + log p(z)]"
    assert browser.finds("document.activeElement.id") == "text"
    browser.finds("document.querySelector('#offers button').focus()")
    browser.presses("Enter")
    assert browser.waits("status_.dataset.verdict == 'verified' && text.value") == TEXT
    browser.finds("kind.value = 'markdown', 0")
    put(browser, NOTES, "failed")
    assert browser.finds("document.querySelector('[formaction]').disabled")
    browser.finds("kind.value = 'derivation', 0")


@in_a_browser
def test_keyboard_and_screen_reader(browser: Browser) -> None:
    put(browser, WRONG, "failed")
    browser.finds("document.activeElement.blur(), example.focus()")
    order = []
    for _ in range(8):
        order.append(browser.finds("(e => e.id || e.textContent)(document.activeElement)"))
        browser.presses("Tab")
    sheets = ["Handout", "Worksheet", "Fill in", "Solutions"]
    assert order[:7] == ["example", "kind", *sheets, "text"]
    assert order[7].startswith("step 1: write")
    told = [(part["role"], part["name"]) for part in browser.tree()]
    assert ("textbox", "The derivation, judged as you type") in told
    assert ("combobox", "Example") in told
    assert ("combobox", "Read as") in told
    assert "status" in [role for role, _ in told]
    assert ("region", "What is wrong") in told
    assert all(name for role, name in told if role in ("button", "link", "textbox", "combobox"))


@in_a_browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_and_can_be_read(browser: Browser, page: Page, width: int, dark: bool) -> None:
    put(browser, WRONG, "failed")
    browser.window(width, dark=dark)
    assert browser.finds("document.documentElement.scrollWidth") <= width
    shades = "[document.body, text, document.querySelector('.handout')].map(one => " + (
        "getComputedStyle(one)).map(one => [one.backgroundColor, one.color])"
    )
    for background, ink in browser.finds(shades):
        light, other = (sum(map(int, shade[4:-1].split(","))) for shade in (background, ink))
        assert (light < other) is dark
        assert abs(light - other) > 450
    small = "[...document.querySelectorAll('button, select')].filter(one => "
    assert browser.finds(f"{small}one.getBoundingClientRect().height < 24).length") == 0
    loaded = browser.finds("performance.getEntriesByType('resource').map(one => one.name)")
    assert loaded
    assert all(name.startswith((page.address, "data:")) for name in loaded)
    browser.window(1280)
