# `make run` and `make test` install what they need. The steps are in scripts/, each explained at its top.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev build setup test test-unit fuzz test-e2e screenshots plex-stub lint fmt size bench soak book sbom clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## build and start Latchkey
	@exec target/release/latchkey serve

dev: ## the same, rebuilt and restarted at every change
	@scripts/setup build
	@scripts/dev

build: ## target/release/latchkey and target/site
	@scripts/setup build
	@scripts/build

setup: ## install what a test run needs, nothing else
	@scripts/setup test

test: ## every check and test; ends with a line of totals
	@scripts/test

test-unit: ## unit and integration tests, on SQLite and PostgreSQL
	@scripts/setup test-unit
	@scripts/test-unit

fuzz: ## the fuzzing for longer, on LATCHKEY_FUZZ_CASES inputs a rule (a million)
	@scripts/setup test-unit
	@scripts/fuzz

test-e2e: ## the browser tests
	@scripts/setup test
	@scripts/build -p plex-stub
	@scripts/test-e2e

screenshots: ## pictures of the main pages: target/screenshots, a few of them docs/screenshots
	@scripts/setup test
	@scripts/build -p plex-stub
	@LATCHKEY_COUNTS=/dev/null LATCHKEY_SCREENSHOTS=1 scripts/test-e2e --project=screenshots

plex-stub: ## the stand-in for plex.tv, on PLEX_STUB_LISTEN (127.0.0.1:5057)
	@scripts/setup rust
	@PLEX_STUB_LISTEN=$${PLEX_STUB_LISTEN:-127.0.0.1:5057} exec cargo run --quiet -p plex-stub

lint: ## formatting, clippy, documentation, cargo-deny
	@scripts/setup lint
	@scripts/lint

fmt: ## format the Rust code
	@cargo fmt --all

size: build ## bytes and requests of the sign-in page on a cold cache
	@scripts/size

bench: build ## one table of every hot route as a share of bare axum; then start, memory, hashing, and what each aim is about
	@scripts/setup bench
	@scripts/bench
	@scripts/bench-start
	@scripts/bench-tokens
	@scripts/bench-users
	@scripts/bench-gateway

soak: build ## the gateway for three minutes under everything at once: no wrong answer
	@scripts/setup bench
	@scripts/with-postgres scripts/soak-gateway

book: ## docs/ as a book, target/book, where mdbook is installed
	@scripts/book

sbom: ## target/sbom.json: what the program is made of, as CycloneDX
	@scripts/setup rust
	@scripts/sbom.py

clean: ## remove everything built and installed here
	@rm -rf target xtask/node_modules end2end/node_modules end2end/test-results end2end/playwright-report
