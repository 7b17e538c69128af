// Fixtures: every test gets a Latchkey of its own, just started and empty, beside a healthy plex.tv stand-in.
//
//   import { expect, test } from "../support/latchkey.ts";
//   test("…", async ({ page, latchkey, plex }) => { await page.goto("/login"); … });
//
// `baseURL` is the server's. `test.use({ latchkeyEnv: { LATCHKEY_…: "…" } })` changes its settings.
import { test as base } from "@playwright/test";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const built = resolve(import.meta.dirname ?? ".", "../../target/release");
const latchkeyProgram = process.env.LATCHKEY_BIN ?? join(built, "latchkey");
const stubProgram = process.env.PLEX_STUB_BIN ?? join(built, "plex-stub");

/** What every server here accepts as set-up code. */
export const SETUP_CODE = "end-to-end-set-up";

export interface LatchkeyOptions {
  /** Which database the test's server uses; the project decides. */
  database: "sqlite" | "postgres";
  /** Further settings of the test's server. */
  latchkeyEnv: Record<string, string>;
}

/** The stand-in for plex.tv. */
export interface Plex {
  url: string;
  /** An order to the stand-in, `POST /_stub/<path>`: see the documentation of plex-stub. */
  order(path: string, body?: unknown): Promise<any>;
  /** What plex.tv was asked so far. */
  log(): Promise<any>;
}

/** A running server. */
export interface Latchkey {
  url: string;
  setupCode: string;
  /** Everything it has logged. */
  output(): string;
  /** Stops it, -9 by default, and starts it again on the same data and port. */
  restart(signal?: NodeJS.Signals): Promise<void>;
}

async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : failed(new Error("no port"))));
    });
  });
}

/** A started program, what it said, and a way to end it. */
class Program {
  output = "";
  private ended = false;
  private child: ChildProcess;

  constructor(program: string, words: string[], env: Record<string, string | undefined>) {
    this.child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (text) => (this.output += text));
    this.child.once("error", (why) => ((this.output += `${program}: ${why.message}`), (this.ended = true)));
    this.child.once("exit", () => (this.ended = true));
  }

  /** Waits until the URL answers anything at all. */
  async answers(url: string): Promise<void> {
    for (const until = Date.now() + 20_000; Date.now() < until; ) {
      if (this.ended) throw new Error(`the program ended:\n${this.output}`);
      try {
        await fetch(url, { redirect: "manual" });
        return;
      } catch {
        await new Promise((done) => setTimeout(done, 20));
      }
    }
    throw new Error(`${url} does not answer:\n${this.output}`);
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.ended) return;
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.kill(signal);
    await gone;
  }
}

/** A new database beside the one the URL names. */
function createPostgresDatabase(): string {
  const server = process.env.LATCHKEY_TEST_POSTGRES_URL;
  if (!server) throw new Error("LATCHKEY_TEST_POSTGRES_URL is not set: use scripts/test-e2e");
  const name = `e2e_${process.pid}_${Date.now()}_${Math.floor(Math.random() * 1e6)}`;
  const made = spawnSync(process.env.LATCHKEY_TEST_PSQL ?? "psql", [server, "-qc", `create database ${name}`], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`no database: ${made.stderr ?? made.error}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export const test = base.extend<LatchkeyOptions & { plex: Plex; latchkey: Latchkey }, { stub: string }>({
  database: ["sqlite", { option: true }],
  latchkeyEnv: [{}, { option: true }],

  stub: [
    async ({}, use) => {
      const listen = `127.0.0.1:${await freePort()}`;
      const program = new Program(stubProgram, [], { PLEX_STUB_LISTEN: listen, PLEX_STUB_WORLD: "" });
      await program.answers(`http://${listen}/_stub/log`);
      await use(`http://${listen}`);
      await program.stop("SIGTERM");
    },
    { scope: "worker" },
  ],

  plex: async ({ stub }, use) => {
    const order = async (path: string, body: unknown = {}) => {
      const answer = await fetch(`${stub}/_stub/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`plex-stub refused ${path}: ${await answer.text()}`);
      return answer.json();
    };
    await order("reset");
    await use({ url: stub, order, log: async () => (await fetch(`${stub}/_stub/log`)).json() });
  },

  latchkey: async ({ plex, database, latchkeyEnv }, use, info) => {
    const data = mkdtempSync(join(tmpdir(), "latchkey-e2e-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      LATCHKEY_LISTEN: `127.0.0.1:${port}`,
      LATCHKEY_PUBLIC_URL: url,
      LATCHKEY_DATA_DIR: data,
      LATCHKEY_SETUP_CODE: SETUP_CODE,
      LATCHKEY_PLEX_PIN_URLS: plex.url,
      LATCHKEY_PLEX_API_URL: plex.url,
      LATCHKEY_PLEX_APP_URL: plex.url,
      ...(database === "postgres" ? { LATCHKEY_DATABASE_URL: createPostgresDatabase() } : {}),
      ...latchkeyEnv,
    };
    let output = "";
    let program = new Program(latchkeyProgram, ["serve"], env);
    try {
      await program.answers(`${url}/healthz`);
      await use({
        url,
        setupCode: SETUP_CODE,
        output: () => output + program.output,
        restart: async (signal = "SIGKILL") => {
          await program.stop(signal);
          output += program.output;
          program = new Program(latchkeyProgram, ["serve"], env);
          await program.answers(`${url}/healthz`);
        },
      });
    } finally {
      await program.stop("SIGKILL");
      if (info.status !== info.expectedStatus) {
        await info.attach("latchkey.log", { body: output + program.output, contentType: "text/plain" });
      }
      rmSync(data, { recursive: true, force: true });
    }
  },

  baseURL: async ({ latchkey }, use) => use(latchkey.url),
});

export { expect } from "@playwright/test";
