"""What is made for editors: the extension for VS Code, and what the page about it promises."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

from programs import needs

from verifier.version import __version__

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "editors" / "vscode"
PACKAGE = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "editor.md").read_text(encoding="utf-8")


def test_the_extension_is_of_this_version_and_has_what_it_names() -> None:
    assert PACKAGE["version"] == __version__
    assert f"elbo-verify-{__version__}.vsix" in PAGE
    assert (EXTENSION / PACKAGE["main"]).is_file()
    assert (EXTENSION / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    settings = PACKAGE["contributes"]["configuration"]["properties"]
    assert settings["elboVerify.command"]["default"] == ["elbo-verify", "--lsp"]
    script = (EXTENSION / PACKAGE["main"]).read_text(encoding="utf-8")
    for name in settings:
        assert f'"{name.partition(".")[2]}"' in script
        assert f"`{name}`" in PAGE
    for language in settings["elboVerify.languages"]["default"]:
        assert f"onLanguage:{language}" in PACKAGE["activationEvents"]


@needs("node")
def test_the_scripts_can_be_read() -> None:
    page = ROOT / "verifier" / "server" / "files" / "page.js"
    for script in (EXTENSION / PACKAGE["main"], page):
        subprocess.run(["node", "--check", script], check=True)


def test_the_recipes_call_the_server() -> None:
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
    assert 'cmd = { "elbo-verify", "--lsp" }' in blocks["lua"]
    assert '("elbo-verify" "--lsp")' in blocks["elisp"]
    recipe = tomllib.loads(blocks["toml"])
    assert recipe["language-server"]["elbo-verify"] == {
        "command": "elbo-verify",
        "args": ["--lsp"],
    }
    assert all("elbo-verify" in each["language-servers"] for each in recipe["language"])
