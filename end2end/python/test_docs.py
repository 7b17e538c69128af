"""The documentation: links, code blocks, commands, settings, routes, texts and tests that it names. What is looked at is
written in scripts/check_docs.py; here it is run, and tried on pages that are wrong."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from conftest import ROOT, built

sys.path.insert(0, str(ROOT / "scripts"))
import check_docs  # noqa: E402


@pytest.fixture(scope="module")
def program():
    return os.environ.get("LATCHKEY_BIN") or str(built("latchkey"))


def nothing(problems):
    assert not problems, "\n" + "\n".join(problems)


def test_every_link_leads_somewhere():
    nothing(check_docs.wrong_links())


def test_every_page_is_in_the_book():
    nothing(check_docs.wrong_summary())


def test_every_table_is_one():
    nothing(check_docs.wrong_tables())


def test_blocks_of_toml_json_and_yaml_parse():
    assert check_docs.yaml, "PyYAML is among the requirements"
    nothing(check_docs.wrong_data())


def test_the_unit_is_one():
    nothing(check_docs.wrong_units())


def test_every_variable_is_a_setting():
    nothing(check_docs.wrong_names())


def test_every_request_has_a_route():
    nothing(check_docs.wrong_requests())


def test_every_route_is_told():
    nothing(check_docs.missing_routes())


def test_what_troubleshooting_quotes_is_said():
    nothing(check_docs.wrong_quotations())


def test_every_test_that_is_named_is_there():
    nothing(check_docs.wrong_tests())


def test_the_requirements_keep_their_own_rules():
    nothing(check_docs.wrong_asvs())


def test_the_program_takes_every_command(program):
    nothing(check_docs.wrong_commands(program))


def test_every_command_is_told(program):
    nothing(check_docs.missing_commands(program))


def test_the_program_takes_every_configuration(program):
    nothing(check_docs.wrong_configuration(program))


# --- The checks themselves --------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path):
    """A copy of the pages, beside the same code."""
    for page in ROOT.glob("*.md"):
        shutil.copy(page, tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for name in ("app", "server", "scripts", "end2end", "Makefile", "LICENSE-APACHE", "LICENSE-MIT"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def add(root: Path, text, page="docs/backup.md"):
    with (root / page).open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


def change(root: Path, page, old, new):
    """In place of something that is there once."""
    text = (root / page).read_text(encoding="utf-8")
    assert text.count(old) == 1, (page, old, text.count(old))
    (root / page).write_text(text.replace(old, new), encoding="utf-8")


def one(problems, words):
    """Exactly one, and it says so."""
    assert len(problems) == 1 and words in problems[0], problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[x](nowhere.md)", "there is no nowhere.md"),
        ("[x](upgrade.md#no-such-heading)", "no heading #no-such-heading"),
        ("[x](#no-such-heading)", "no heading #no-such-heading"),
        ("[x](../../../etc/passwd)", "there is no"),
        ("![x](screenshots/none.png)", "there is no screenshots/none.png"),
        ("| [x](nowhere.md) |", "there is no nowhere.md"),
    ],
)
def test_a_broken_link_is_found(copy, text, words):
    assert not check_docs.wrong_links(copy)
    add(copy, text)
    one(check_docs.wrong_links(copy), words)


def test_a_link_in_code_is_none(copy):
    add(copy, "`[x](nowhere.md)`\n\n```text\n[x](nowhere.md)\n```")
    assert not check_docs.wrong_links(copy)


def test_a_page_outside_of_the_book_is_found(copy):
    (copy / "docs/lost.md").write_text("# Lost\n", encoding="utf-8")
    one(check_docs.wrong_summary(copy), "does not list lost.md")
    add(copy, "- [Lost](lost.md)\n- [Lost](lost.md)", page="docs/SUMMARY.md")
    one(check_docs.wrong_summary(copy), "names lost.md twice")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |", "without a head"),
        ("| a | b |", "without a head"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "3 cells in a table of 2"),
        ("| a | b |\n|---|---|\n| `1|2` | 3 |", "3 cells in a table of 2"),
    ],
)
def test_a_table_that_is_none_is_found(copy, text, words):
    add(copy, text)
    one(check_docs.wrong_tables(copy), words)


def test_a_bar_that_is_no_border_is_none(copy):
    add(copy, "| a | b |\n|---|---|\n| 1 \\| 2 | 3 |\n\n```text\n| x\n```")
    assert not check_docs.wrong_tables(copy)


@pytest.mark.parametrize(
    ("language", "code", "words"),
    [("toml", "a = [1", "no toml"), ("json", '{"a": 1,}', "no json"), ("yaml", "a:\n  - b: [1", "no yaml")],
)
def test_a_block_that_does_not_parse_is_found(copy, language, code, words):
    add(copy, f"```{language}\n{code}\n```")
    one(check_docs.wrong_data(copy), words)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("latchkey frobnicate", "no `latchkey frobnicate`"),
        ("latchkey user frobnicate anna", "no `latchkey user frobnicate`"),
        ("latchkey user list --loud", "no --loud"),
        ("latchkey token create anna", "takes 2 to 2 words, here are 1"),
        ("latchkey token create anna Tablet --days", "a value is missing"),
        ("latchkey user", "wants one more word"),
        ("sudo -u latchkey LATCHKEY_CONFIG=x /opt/latchkey/latchkey backup", "takes 1 to 1 words"),
        ("true | latchkey user create", "takes 1 to 1 words"),
        ('latchkey explain "anna', "No closing quotation"),
    ],
)
def test_a_command_that_there_is_not_is_found(copy, program, command, words):
    add(copy, f"```sh\n{command}\n```")
    one(check_docs.wrong_commands(program, copy), words)


@pytest.mark.parametrize("words", ["latchkey frobnicate", "latchkey backup --loud", "latchkey token frobnicate WHO"])
def test_a_mention_of_a_command_that_there_is_not_is_found(copy, program, words):
    add(copy, f"Run `{words}`.")
    one(check_docs.wrong_commands(program, copy), words.split()[-1] if "--" in words else "frobnicate")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| `latchkey openapi` | the", "| `latchkey doctor` | the", "does not name `latchkey openapi`"),
        (", `revoke WHO DEVICE` |", " |", "does not name `latchkey token revoke`"),
        ("`latchkey serve` is the server", "It is the server", "does not name `latchkey serve`"),
        ("| `latchkey backup FILE` |", "| `latchkey backup FILE`, `frobnicate FILE` |", "there is no command `frobnicate FILE`"),
        ("`revoke WHO DEVICE` |", "`revoke WHO DEVICE`, `disable WHO` |", "there is no command `disable WHO`"),
    ],
)
def test_a_command_that_is_not_told_is_found(copy, program, old, new, words):
    change(copy, "docs/commands.md", old, new)
    one(check_docs.missing_commands(program, copy), words)


@pytest.mark.parametrize(
    ("block", "words"),
    [('[server]\nlisten = "everywhere"', "server.listen"), ('[limits]\npassword_of_account = "often"', "limits")],
)
def test_a_configuration_that_is_refused_is_found(copy, program, block, words):
    before = check_docs.wrong_configuration(program, copy)
    add(copy, f"```toml\n{block}\n```")
    one([problem for problem in check_docs.wrong_configuration(program, copy) if problem not in before], words)


def test_a_variable_that_there_is_not_is_found(copy):
    add(copy, "Set `LATCHKEY_DOOR`.")
    one(check_docs.wrong_names(copy), "LATCHKEY_DOOR is no setting")


@pytest.mark.parametrize(
    "text",
    [
        "```sh\ncurl -X DELETE http://localhost:5056/api/v1/status\n```",
        "```sh\ncurl http://localhost:5056/api/v1/nothing\n```",
        "```sh\ncurl http://localhost:5056/api/v1/user/1/settings/password -d '{}' -X PUT\n```",
        "`GET /api/v1/nothing`",
    ],
)
def test_a_request_that_nothing_answers_is_found(copy, text):
    add(copy, text)
    one(check_docs.wrong_requests(copy), "no route answers")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| `GET /doctor` |", "| GET /doctor |", "no row for GET /doctor"),
        ("| `DELETE /user/:id/sessions/:sessionId` |", "| x |", "no row for DELETE /user/{id}/sessions/{session_id}"),
        ("| `PUT /settings/apps/:id` |", "| `PATCH /settings/apps/:id` |", "no row for PUT /settings/apps/{id}"),
    ],
)
def test_a_route_that_is_not_told_is_found(copy, old, new, words):
    change(copy, "docs/api.md", old, new)
    one(check_docs.missing_routes(copy), words)


def test_a_unit_that_starts_something_else_is_found(copy):
    add(copy, "```systemd\n[Service]\nExecStart=/opt/latchkey/latchkey doctor\n```")
    one(check_docs.wrong_units(copy), "does not start")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_a_unit_that_systemd_does_not_read_is_found(copy):
    add(copy, "```systemd\n[Service]\nExecStart=/opt/latchkey/latchkey serve\nProtectSystem=somewhat\n```")
    assert any("protect system" in problem for problem in check_docs.wrong_units(copy))


@pytest.mark.parametrize("quote", ["“The door is stuck.”", "`the door is stuck`"])
def test_a_quotation_of_nobody_is_found(copy, quote):
    add(copy, f"| {quote} | x | y |", page="docs/troubleshooting.md")
    one(check_docs.wrong_quotations(copy), "stuck")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("`server/tests/it/smoke.rs::nobody_comes_in`", "no test 'nobody_comes_in'"),
        ("`server/tests/it/smoking.rs`", "there is no server/tests/it/smoking.rs"),
        # They are there, and only help tests.
        ("`api/passwords.rs::make_bea`", "no test 'make_bea'"),
        ("`server/tests/it/support/mod.rs::sqlite`", "no test 'sqlite'"),
        ("`server/src/domain/secret.rs::random_hex`", "no test 'random_hex'"),
        ("`end2end/python/test_docs.py::nothing`", "no test 'nothing'"),
    ],
)
def test_a_test_that_there_is_not_is_found(copy, text, words):
    add(copy, text, page="SECURITY.md")
    one(check_docs.wrong_tests(copy), words)


def test_what_is_left_out_or_only_helps_is_no_test():
    rust = """
/// #[test]
/// fn told() {}
fn helps() {}
#[test]
#[ignore = "slow"]
fn left_out() {}

#[tokio::test(flavor = "multi_thread")]
// Why.
#[expect(
    clippy::panic,
    reason = "it is one"
)]
async fn runs() {
    fn inside(of: u8) {}
}

macro_rules! maker {
    ($name:ident) => {
        #[test]
        fn made() {}
    };
}

on_both! {
    /// As two.
    async fn runs_twice(engine) {
        async fn helps_here(app: &TestApp) {}
    }

    #[ignore]
    async fn never(engine) {}
}

async fn helps_too(engine: Engine) {}
"""
    assert check_docs.names_of_tests(".rs", rust) == {"runs", "runs_twice"}
    python = """
def helps():
    def nothing(): ...
@pytest.mark.skip("slow")
def test_never(): ...

@pytest.mark.skipif(True, reason="no such thing here")
@pytest.mark.parametrize("a", [1])
def test_this(a): ...

async def test_that(): ...
"""
    assert check_docs.names_of_tests(".py", python) == {"test_this", "test_that"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # Another answer at the list and not in the row, and the other way round.
        ("3.5.2 static tokens, ", "", "3.5.2 is not met, and not in the list"),
        ("3.5.2 static tokens, ", "3.5.2 static tokens, 3.5.1 revoking, ", "3.5.1 is in the list of what is not met"),
        ("| 3.5.1 revoking | met |", "| 3.5.1 revoking | part |", "3.5.1 is part, and not in the list"),
        ("| 3.5.1 revoking | met |", "| 3.5.1 revoking | fine |", "3.5.1 revoking is 'fine'"),
        ("| `pages/tokens.rs::revoking_ends_it` |", "| of course |", "names neither a test nor a place"),
    ],
)
def test_a_requirement_without_proof_is_found(copy, old, new, words):
    change(copy, "docs/asvs.md", old, new)
    one(check_docs.wrong_asvs(copy), words)
