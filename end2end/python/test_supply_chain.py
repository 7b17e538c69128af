"""Where everything comes from: lock files with hashes, what cargo-deny lets in, and the list of what is shipped (SBOM)."""

import copy
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT, built
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

sys.path.insert(0, str(ROOT / "scripts"))
import advisories  # noqa: E402
import sbom  # noqa: E402

REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


# --- Lock files -------------------------------------------------------------------------------------------------------


def test_every_crate_is_ours_or_has_a_hash():
    packages = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    # Ours have no source; a fork or a folder of somebody else's would have another one, or none and another name.
    ours = {package["name"] for package in packages if "source" not in package}
    assert ours == {"app", "frontend", "latchkey", "plex-stub", "xtask"}
    for package in packages:
        if package["name"] not in ours:
            assert package["source"] == REGISTRY and re.fullmatch(r"[0-9a-f]{64}", package["checksum"]), package["name"]


@pytest.mark.parametrize("folder", ["xtask", "end2end"])
def test_every_package_of_npm_has_a_hash(folder):
    wanted = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in {**wanted.get("dependencies", {}), **wanted["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} {version} is no exact version"
        assert locked[f"node_modules/{name}"]["version"] == version
    for path, package in locked.items():
        assert not path or re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package.get("integrity", "")), path


def name_of(package):
    """As PyPI compares names."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_package_of_python_has_hashes_and_is_the_one_that_was_asked_for():
    folder = ROOT / "end2end/python"
    pin = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", re.MULTILINE)
    text = (folder / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", text.partition("\n")[2])
    locked = {}
    for entry in entries:
        name, version = pin.match(entry).groups()
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), f"{name} has no hash"
        locked[name_of(name)] = version
    for file in ("requirements.txt", "supply.txt"):
        for name, version in pin.findall((folder / file).read_text(encoding="utf-8")):
            assert locked.get(name_of(name)) == version, f"{file}: {name} {version}: run scripts/lock-python"


# --- cargo-deny -------------------------------------------------------------------------------------------------------


def deny(**environment):
    """What scripts/deny says, and whether it is content."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
    done = subprocess.run(
        [ROOT / "scripts/deny"], capture_output=True, text=True, timeout=300, env={**clean, **environment}
    )
    said = done.stdout + done.stderr
    assert "SKIPPED" not in said, said
    return done.returncode == 0, said


@pytest.fixture
def database(tmp_path):
    """A copy of an advisory database, in which there is nothing against us yet."""
    folder = tmp_path / "advisories"
    advise(folder, "RUSTSEC-2099-0000", "a-crate-that-nobody-has")
    return folder


def advise(folder, number, crate):
    (folder / "crates" / crate).mkdir(parents=True)
    (folder / "crates" / crate / f"{number}.md").write_text(
        f'```toml\n[advisory]\nid = "{number}"\npackage = "{crate}"\ndate = "2026-01-01"\n\n[versions]\npatched = []\n```\n\n'
        "# A made-up hole\n\nThere is none.\n",
        encoding="utf-8",
    )
    advisories.commit(folder, "Made up")


def test_licences_bans_and_sources_are_as_they_should_be(database):
    content, said = deny(LATCHKEY_ADVISORY_DB=str(database))
    assert content and "bans ok, licenses ok, sources ok" in said and "advisories ok" in said, said


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ('  "ISC",\n', "", "licenses FAILED"),
        ("deny = [\n", 'deny = [\n  { crate = "serde" },\n', "bans FAILED"),
        ('unknown-registry = "deny"', 'unknown-registry = "deny"\nallow-registry = []', "sources FAILED"),
    ],
)
def test_what_may_not_be_in_is_found(tmp_path, database, line, instead, words):
    rules = (ROOT / "deny.toml").read_text(encoding="utf-8")
    assert line in rules
    other = tmp_path / "deny.toml"
    other.write_text(rules.replace(line, instead, 1), encoding="utf-8")
    content, said = deny(LATCHKEY_DENY=str(other), LATCHKEY_ADVISORY_DB=str(database))
    assert not content and words in said, said


def test_an_advisory_is_found(database):
    advise(database, "RUSTSEC-2099-0001", "serde")
    content, said = deny(LATCHKEY_ADVISORY_DB=str(database))
    assert not content and "RUSTSEC-2099-0001" in said, said


TABLE = tomllib.loads((ROOT / "advisories.toml").read_text(encoding="utf-8"))


def by_table(folder, more=()):
    folder.mkdir()
    advisories.write(folder, {**TABLE, "advisories": [*TABLE["advisories"], *more]})
    return deny(LATCHKEY_ADVISORY_DB=str(folder))


def test_nothing_is_known_against_our_crates(tmp_path):
    content, said = by_table(tmp_path / "table")
    assert content and "advisories ok" in said, said


@pytest.mark.parametrize("kind", ["vulnerability", "unsound"])
def test_what_the_table_has_against_one_of_ours_is_found(tmp_path, kind):
    hole = {"id": "RUSTSEC-2099-0002", "package": "h2", "date": "2026-01-01", "kind": kind, "patched": [">= 99.0.0"]}
    content, said = by_table(tmp_path / "table", [{**hole, "unaffected": [], "summary": "Made up"}])
    assert not content and "RUSTSEC-2099-0002" in said, said
    content, said = by_table(tmp_path / "other", [{**hole, "unaffected": ["< 99.0.0"], "summary": "Made up"}])
    assert content, said


def test_every_crate_was_looked_up():
    packages = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    new = {package["name"] for package in packages if "source" in package} - set(TABLE["looked_up"])
    assert not new, f"look these up, see advisories.toml: {new}"


# --- The list of what is shipped --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bom():
    subprocess.run([ROOT / "scripts/sbom.py"], check=True, timeout=300)
    return json.loads((ROOT / "target/sbom.json").read_text(encoding="utf-8"))


def valid(document):
    return JsonStrictValidator(SchemaVersion.V1_5).validate_str(json.dumps(document)) is None


def shipped(document):
    return {(part["name"], part["version"]) for part in document["components"] if part["scope"] == "required"}


def test_the_list_is_cyclonedx(bom):
    error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(json.dumps(bom))
    assert error is None, error
    small = {**bom, "components": copy.deepcopy(bom["components"][:1]), "dependencies": []}
    assert valid(small)
    small["components"][0]["type"] = "thing"
    assert not valid(small), "the check finds nothing"
    references = {part["bom-ref"] for part in [*bom["components"], bom["metadata"]["component"]]}
    assert len(references) == len(bom["components"]) + 1, "a reference is there twice"
    for dependency in bom["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= references


def test_all_that_is_linked_is_in_the_list(bom):
    listed = shipped(bom) | {(bom["metadata"]["component"]["name"], bom["metadata"]["component"]["version"])}
    for package, target in sbom.SHIPPED:
        missing = sbom.tree(package, target, "normal,no-proc-macro") - listed
        assert not missing, missing


def test_whatever_names_itself_in_the_program_is_in_the_list(bom):
    """Panics carry the paths of their sources: a second opinion, of the built program itself."""
    program = os.environ.get("LATCHKEY_BIN") or built("latchkey")
    with open(program, "rb") as file:
        text = file.read()
    named = {
        (name.decode(), version.decode())
        for name, version in re.findall(rb"/registry/src/[^/\0]+/([A-Za-z0-9_-]+?)-(\d+\.\d+\.\d+[^/\0]*)/", text)
    }
    assert len(named) > 50, "the program tells nothing any more: compare with something else"
    # A macro's code can be in it, by what it wrote.
    listed = {(part["name"], part["version"]) for part in bom["components"]}
    assert named <= listed, named - listed


def test_what_is_only_for_tests_is_not_in_the_list(bom):
    names = {part["name"] for part in bom["components"]}
    assert not names & {"plex-stub", "proptest", "xtask"}


def test_every_crate_has_licence_and_hash(bom):
    for part in bom["components"]:
        if part.get("purl", "").startswith("pkg:cargo/"):
            assert part["licenses"] and part["hashes"], part["name"]


def test_it_is_the_same_each_time(bom):
    assert sbom.document() == bom
