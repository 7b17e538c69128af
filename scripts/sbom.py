#!/usr/bin/env -S python3 -B
"""Writes target/sbom.json: everything that the program and the browser's part are made of, as CycloneDX 1.5. What is linked comes
from `cargo tree`, everything else about it from `cargo metadata` and Cargo.lock. The same commit gives the same file."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import uuid
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What is shipped: a package and the machine that it is built for.
SHIPPED = [("latchkey", "x86_64-unknown-linux-gnu"), ("frontend", "wasm32-unknown-unknown")]


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def tree(package, target, edges):
    """Names and versions of what a package needs, itself included."""
    lines = run(
        "cargo", "tree", "--locked", "--package", package, "--target", target, "--edges", edges, "--prefix", "none",
        "--format", "{p}",
    ).splitlines()  # fmt: skip
    return {tuple(re.match(r"(\S+) v(\S+)", line).groups()) for line in lines if line}


def linked():
    """What is in the program or in the WebAssembly."""
    return set().union(*(tree(package, target, "normal,no-proc-macro") for package, target in SHIPPED))


def built_with():
    """What runs while it is built: macros, build scripts and what they need."""
    return set().union(*(tree(package, target, "normal,build") for package, target in SHIPPED)) - linked()


def metadata():
    targets = [word for _, target in SHIPPED for word in ("--filter-platform", target)]
    return json.loads(run("cargo", "metadata", "--locked", "--format-version", "1", *targets))


def checksums():
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    return {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}


def reference(name, version):
    return f"pkg:cargo/{name}@{version}"


def component(package, checksum, scope):
    """One crate."""
    about = {
        "type": "application" if package["name"] == "latchkey" else "library",
        "bom-ref": reference(package["name"], package["version"]),
        "name": package["name"],
        "version": package["version"],
        "scope": scope,
    }
    # Our own packages are in no registry.
    if package["source"]:
        about["purl"] = reference(package["name"], package["version"])
    if package["description"]:
        about["description"] = " ".join(package["description"].split())
    if package["license"]:
        # The old spelling of "or".
        about["licenses"] = [{"expression": re.sub(r"\s*/\s*", " OR ", package["license"])}]
    if checksum:
        about["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package["repository"]:
        about["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return about


def sqlite(packages):
    """SQLite's own C code, which libsqlite3-sys brings along."""
    found = [package for package in packages if package["name"] == "libsqlite3-sys"]
    if not found:
        return []
    header = Path(found[0]["manifest_path"]).parent / "sqlite3/sqlite3.h"
    version = re.search(r'#define SQLITE_VERSION\s+"([^"]+)"', header.read_text(encoding="utf-8"))[1]
    purl = f"pkg:generic/sqlite@{version}"
    return [
        {
            "type": "library", "bom-ref": purl, "name": "sqlite", "version": version, "scope": "required", "purl": purl,
            "description": "The amalgamation that libsqlite3-sys compiles", "licenses": [{"license": {"name": "Public domain"}}],
        }
    ]  # fmt: skip


def npm():
    """Tools from npm that make the site: they run, nothing of them is shipped."""
    lock = json.loads((ROOT / "xtask/package-lock.json").read_text(encoding="utf-8"))
    found = []
    for path, package in sorted(lock["packages"].items()):
        # Only those that the site is made with, not the other platforms' builds of them.
        if not path or package.get("optional"):
            continue
        name = path.removeprefix("node_modules/")
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        algorithm, _, digest = package["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        found.append(
            {
                "type": "application", "bom-ref": purl, "name": name, "version": package["version"], "scope": "excluded",
                "purl": purl, "hashes": [{"alg": {"sha512": "SHA-512"}[algorithm], "content": content}],
            }
        )  # fmt: skip
    return found


def document():
    about = metadata()
    sums, needed, tools = checksums(), linked(), built_with()
    packages = {(package["name"], package["version"]): package for package in about["packages"]}
    by_id = {package["id"]: key for key, package in packages.items()}
    main = next(key for key in needed if key[0] == "latchkey")
    # Both halves are Latchkey; the WebAssembly is served by the program.
    components = [
        component(packages[key], sums.get(key), "required" if key in needed else "excluded")
        for key in sorted(needed | tools)
        if key != main
    ]
    components += sqlite(packages[key] for key in needed) + npm()
    listed = needed | tools
    dependencies = []
    for node in sorted(about["resolve"]["nodes"], key=lambda node: by_id[node["id"]]):
        key = by_id[node["id"]]
        if key in listed:
            below = sorted(
                {
                    reference(*by_id[dependency["pkg"]])
                    for dependency in node["deps"]
                    if by_id[dependency["pkg"]] in listed and any(kind["kind"] != "dev" for kind in dependency["dep_kinds"])
                }
            )
            dependencies.append({"ref": reference(*key), "dependsOn": below})
    frontend = reference(*next(key for key in needed if key[0] == "frontend"))
    top = next(entry for entry in dependencies if entry["ref"] == reference(*main))
    top["dependsOn"] = sorted({*top["dependsOn"], frontend})
    commit = int(run("git", "log", "-1", "--format=%ct"))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(commit, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": component(packages[main], None, "required"),
        },
        "components": components,
        "dependencies": dependencies,
    }
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest()
    return {"serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}", **document}


def main():
    bom = document()
    file = ROOT / "target/sbom.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(bom, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shipped = sum(part["scope"] == "required" for part in bom["components"])
    print(f"latchkey: target/sbom.json: {shipped} components shipped, {len(bom['components']) - shipped} used while building")


if __name__ == "__main__":
    sys.exit(main())
