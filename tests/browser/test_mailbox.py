"""The mailbox in a browser: a person sees the mails, and a mail can do nothing to the person."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.console.harness import letter


@pytest.fixture
def requests(page):
    """The addresses of everything that the tab's context asks for."""
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.fixture
def stranger():
    """A listening socket in the role of another host; nobody may connect to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        yield listener


def was_called(listener):
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_a_mail_that_arrives_appears_by_itself_and_opens_with_a_click(page, console, requests):
    page.goto("/mailbox")
    page.get_by_text("No mail yet.").wait_for()

    console.send(letter(subject="Your paper has arrived"))
    page.get_by_role("link", name="Your paper has arrived").click()

    page.get_by_role("heading", name="Your paper has arrived").wait_for()
    html = page.frame_locator("iframe")
    assert html.locator("b").inner_text() == "Ada"
    page.get_by_role("link", name="Text", exact=True).click()
    assert page.locator("pre").inner_text() == "Hello Ada"
    page.get_by_role("link", name="Headers").click()
    page.get_by_role("rowheader", name="Message-ID").wait_for()
    page.get_by_role("link", name="Source").click()
    assert "multipart/alternative" in page.locator("pre").inner_text()
    assert {urlsplit(url).netloc for url in requests} == {urlsplit(console.url).netloc}


def test_the_keyboard_alone_opens_a_mail(page, console):
    console.send(letter(subject="By keyboard"))
    page.goto("/mailbox")

    page.get_by_role("button", name="Empty mailbox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="By keyboard").wait_for()


HOSTILE = """
<script>document.title = "owned"; parent.document.title = "owned"</script>
<script src="{stranger}/script.js"></script>
<link rel="stylesheet" href="{stranger}/style.css">
<li<link>nk rel="preconnect" href="{stranger}">
<LINK rel="preconnect" href="{stranger}"><link rel="dns-prefetch" href="{stranger}">
<link rel="preload" as="image" href="{stranger}/preload.png">
<link rel="prefetch" href="{stranger}/prefetch.html">
<meta http-equiv="refresh" content="0; url={stranger}/refresh">
<base href="{stranger}/base/">
<style>@import url("{stranger}/import.css"); p {{ background: url("{stranger}/css.png") }}</style>
<p onmouseover="top.document.title = 'owned'">Hello</p>
<img src="{stranger}/pixel.gif" onerror="parent.document.title = 'owned'">
<img src="x" onerror="fetch('{console}/messages', {{method: 'DELETE'}})">
<svg onload="top.location = '{stranger}/svg'"><image href="{stranger}/svg.png"/></svg>
<iframe src="{stranger}/frame"></iframe><frameset><frame src="{stranger}"></frameset>
<iframe srcdoc="<script>top.name = 'owned'</script>"></iframe>
<object data="{stranger}/object"></object><embed src="{stranger}/embed">
<video autoplay src="{stranger}/video.mp4"></video>
<audio autoplay src="{stranger}/audio.mp3"></audio>
<form action="{console}/messages" method="post"><button id="send">Send</button></form>
<a id="js" href="javascript:top.document.title = 'owned'">Click</a>
<a id="up" href="{stranger}/top" target="_top">Up</a>
"""


@pytest.mark.parametrize("frame", ["in the console", "opened directly"])
def test_a_hostile_mail_runs_nothing_and_calls_nobody(page, console, stranger, frame):
    address = f"http://127.0.0.1:{stranger.getsockname()[1]}"
    html = HOSTILE.format(stranger=address, console=console.url)
    content = [{"type": "text/html", "value": html}]
    identity = console.send(letter(content=content, subject="Hostile")).headers["x-message-id"]
    path = f"/mailbox/{identity}" + ("" if frame == "in the console" else "/html")

    page.goto(path)
    mail = page.frame_locator("iframe").first if frame == "in the console" else page
    title = page.title()
    mail.locator("p").hover()
    mail.locator("#js").click()
    mail.locator("#send").click()

    assert not was_called(stranger)
    assert (page.title(), page.evaluate("window.name")) == (title, "")
    assert page.url == console.url + path
    assert len(console.call("GET", "/messages").json()) == 1


def test_a_link_of_a_mail_opens_in_a_new_tab(page, console):
    target = f"{console.url}/static/icon.svg"
    content = [{"type": "text/html", "value": f'<a href="{target}">Your paper</a>'}]
    identity = console.send(letter(content=content)).headers["x-message-id"]
    page.goto(f"/mailbox/{identity}")

    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Your paper").click()

    opened.value.wait_for_load_state()
    assert opened.value.url == target
    assert opened.value.evaluate("window.opener") is None
    assert page.url == f"{console.url}/mailbox/{identity}"


def test_the_mailbox_is_emptied_only_after_a_question(page, console):
    console.send(letter())
    page.goto("/mailbox")

    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Empty mailbox").click()
    kept = len(console.call("GET", "/messages").json())
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Empty mailbox").click()

    page.get_by_text("No mail yet.").wait_for()
    assert kept == 1


@pytest.mark.parametrize("path", ["/", "/mailbox", "/mailbox/{id}", "/logs", "/switches"])
def test_a_page_fits_a_phone(page, console, path):
    people = [{"to": [{"email": f"{'a-long-name.' * 5}@example.org"}]}]
    body = letter(personalizations=people, subject="Unbreakable" * 20)
    identity = console.send(body).headers["x-message-id"]
    page.set_viewport_size({"width": 360, "height": 740})

    page.goto(path.format(id=identity))

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_fault_is_set_and_cleared_by_hand(page, console):
    page.goto("/switches")

    page.get_by_label("Kind").select_option("503")
    page.get_by_label("Next how many").fill("2")
    page.get_by_role("button", name="Set").click()

    page.get_by_role("cell", name="next 2").wait_for()
    assert console.send(letter()).status == 503
    page.get_by_role("cell", name="1 of 2").wait_for()
    page.get_by_role("button", name="Clear all").click()
    page.get_by_text("no fault is set").wait_for()
    assert console.send(letter()).status == 202


def test_a_refused_fault_says_why(page):
    page.goto("/switches")

    page.get_by_label("Target").fill("queue:none")
    page.get_by_role("button", name="Set").click()

    page.get_by_role("status").get_by_text("the emulator does not answer").wait_for()


def test_a_token_is_copied_by_a_click(page, console):
    console.call("POST", "/config", {"endpoints": {"tokens": {"student": "id.secret"}}})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")

    page.get_by_role("button", name="Copy the token of the student").click()

    page.get_by_role("status").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "id.secret"
