// Fixtures: every test gets a Latchkey of its own beside a healthy plex.tv stand-in, and fails where the browser
// complains about something or asks somebody else.
//
//   import { expect, test } from "../support/latchkey.ts";
//   test("…", async ({ page, latchkey, plex }) => { await page.goto("/login"); … });
//
// `baseURL` is the server's. It is set up already, with attic-owner as owner and Attic as media server;
// `test.use({ setUp: "none" })` leaves it empty. `test.use({ latchkeyEnv: { LATCHKEY_…: "…" } })` changes its settings.
import {
  expect,
  test as base,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  type Page,
  type Request,
} from "@playwright/test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ATTIC, OWNER_EMAIL, OWNER_PASSWORD } from "./household.ts";
import { environment, freePort, Program } from "./program.ts";
import { leaks } from "./secrets.ts";

const built = resolve(import.meta.dirname ?? ".", "../../target/release");
const latchkeyProgram = process.env.LATCHKEY_BIN ?? join(built, "latchkey");
const stubProgram = process.env.PLEX_STUB_BIN ?? join(built, "plex-stub");

/** What every server here accepts as set-up code. */
export const SETUP_CODE = "end-to-end-set-up";

export interface LatchkeyOptions {
  /** How far the server is when the test begins: empty, or done with an owner from Plex or a local one. */
  setUp: "none" | "plex" | "local";
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
  /** Its data folder. */
  data: string;
  /** Everything it has logged. */
  output(): string;
  /** Stops it, -9 by default, and starts it again on the same data and port. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Asks the REST API as a program does; `cookie` from an earlier answer. */
  api(method: string, path: string, body?: unknown, cookie?: string): Promise<Response>;
  /** Changes the household's settings behind the server's back and starts it again (SQLite only). */
  changeSettings(changes: Record<string, unknown>): Promise<void>;
  /** Runs the program beside the server: `command("settings", "rotate-session-secret")`. Answers what it printed. */
  command(...words: string[]): string;
  /** The first column of what this SQL answers (SQLite only). */
  sql(query: string): string[];
  /** Cookies of browsers that are done: at the end, none may be found in the data folder, the log or the site. */
  cookies: string[];
}

/** What the browsers complained about and whom they asked. */
export interface Watch {
  /** Watches a further browser, too. */
  also(context: BrowserContext): void;
  /** Complaints that this test provokes on purpose. */
  allow(complaint: RegExp): void;
  /** Every request so far, redirects included. */
  requests: Request[];
  /** Everything that was written to the console of our own pages. */
  console: string[];
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

/** One statement on a SQLite file; Node 20 has no SQLite of its own, Python always has. */
function sqlite(file: string, statement: string, values: unknown[] = []): string[] {
  const program =
    "import json,sqlite3,sys\n" +
    "with sqlite3.connect(sys.argv[1]) as db:\n" +
    "  print(json.dumps([row[0] for row in db.execute(sys.argv[2], json.loads(sys.argv[3]))]))";
  const ran = spawnSync("python3", ["-c", program, file, statement, JSON.stringify(values)], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`SQLite: ${ran.stderr ?? ran.error}`);
  return JSON.parse(ran.stdout).map(String);
}

/** The set-up over REST, as a program does it. */
async function setUpNow(latchkey: Latchkey, plex: Plex, how: "plex" | "local"): Promise<void> {
  const answered = async (wanted: number, answer: Response) => {
    if (answer.status !== wanted) throw new Error(`the set-up answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const proof: Record<string, unknown> = { setupCode: latchkey.setupCode };
  if (how === "plex") {
    const { plexClientIdentifier: clientId } = await (await latchkey.api("GET", "/settings/public")).json();
    const pin = await plex.order("pins", { clientId, origin: latchkey.url });
    await plex.order("approve", { code: pin.code, account: "attic-owner" });
    Object.assign(proof, { pinId: pin.id, code: pin.code });
  } else {
    Object.assign(proof, { email: OWNER_EMAIL, password: OWNER_PASSWORD, username: "Robin" });
  }
  const made = await answered(201, await latchkey.api("POST", "/setup/owner", proof));
  const cookie = made.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  if (how === "plex") await answered(200, await latchkey.api("POST", "/settings/plex", { machineId: ATTIC }, cookie));
  const done = await latchkey.api("POST", "/settings/initialize", {}, cookie);
  if (!done.ok) throw new Error(`the set-up answered ${done.status}: ${await done.text()}`);
  await latchkey.api("POST", "/auth/logout", {}, cookie);
}

export const test = base.extend<
  LatchkeyOptions & {
    plex: Plex;
    latchkey: Latchkey;
    watch: Watch;
    /** Opens a page in a browser of its own, watched as the first: another device, or another person. */
    visitor: (options?: BrowserContextOptions) => Promise<Page>;
  },
  { stub: string }
>({
  setUp: ["plex", { option: true }],
  database: ["sqlite", { option: true }],
  latchkeyEnv: [{}, { option: true }],

  stub: [
    async ({}, use) => {
      const listen = `127.0.0.1:${await freePort()}`;
      const program = new Program(stubProgram, [], { PLEX_STUB_LISTEN: listen, PLEX_STUB_WORLD: "" });
      await program.answers(`http://${listen}/_stub/log`);
      // By another name than Latchkey's own, so that to the browser it is another site, as plex.tv is.
      await use(`http://localhost:${listen.split(":")[1]}`);
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

  latchkey: async ({ plex, database, latchkeyEnv, setUp }, use, info) => {
    const data = mkdtempSync(join(tmpdir(), "latchkey-e2e-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      LATCHKEY_LISTEN: `127.0.0.1:${port}`,
      LATCHKEY_PUBLIC_URL: url,
      // As much as it ever says: secrets are looked for in it.
      LATCHKEY_LOG: "trace",
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
      const file = join(data, "latchkey.db");
      const start = async () => {
        output += program.output;
        program = new Program(latchkeyProgram, ["serve"], env);
        await program.answers(`${url}/healthz`);
      };
      const latchkey: Latchkey = {
        url,
        data,
        setupCode: SETUP_CODE,
        output: () => output + program.output,
        restart: async (signal = "SIGKILL") => {
          await program.stop(signal);
          await start();
        },
        api: (method, path, body, cookie) =>
          fetch(`${url}/api/v1${path}`, {
            method,
            headers: { "content-type": "application/json", ...(cookie ? { cookie } : {}) },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        changeSettings: async (changes) => {
          await program.stop("SIGTERM");
          sqlite(file, "update settings set version = version + 1, body = json_patch(body, ?)", [JSON.stringify(changes)]);
          await start();
        },
        command: (...words) => {
          const ran = spawnSync(latchkeyProgram, words, { encoding: "utf8", env: environment(env) });
          if (ran.status !== 0) throw new Error(`latchkey ${words.join(" ")}: ${ran.stderr ?? ran.error}`);
          return ran.stdout + ran.stderr;
        },
        sql: (query) => sqlite(file, query),
        cookies: [],
      };
      if (setUp !== "none") await setUpNow(latchkey, plex, setUp);
      await fetch(`${plex.url}/_stub/log`, { method: "DELETE" });
      const { plexClientIdentifier } = await (await latchkey.api("GET", "/settings/public")).json();
      await use(latchkey);
      await program.stop("SIGKILL");
      const site = process.env.LATCHKEY_SITE_DIR ?? resolve(latchkeyProgram, "../../site");
      const found = leaks(data, site, latchkey.output(), latchkey.cookies, plexClientIdentifier);
      expect(found, "secrets where none may be").toEqual([]);
    } finally {
      await program.stop("SIGKILL");
      if (info.status !== info.expectedStatus) {
        await info.attach("latchkey.log", { body: output + program.output, contentType: "text/plain" });
      }
      rmSync(data, { recursive: true, force: true });
    }
  },

  baseURL: async ({ latchkey }, use) => use(latchkey.url),

  watch: [
    async ({ context, latchkey, plex, javaScriptEnabled }, use) => {
      const complaints: string[] = [];
      // Nothing on a page can know beforehand that its script will not run.
      const allowed: RegExp[] = javaScriptEnabled === false ? [/was preloaded using link preload but not used/] : [];
      // What the stand-in's own pages say is no concern of ours.
      const ours = (url: string | undefined) => !url?.startsWith(plex.url);
      const also = (context: BrowserContext) => {
        context.on("console", (message: ConsoleMessage) => {
          if (!ours(message.location().url) && message.page()?.url().startsWith(plex.url)) return;
          watch.console.push(message.text());
          if (["error", "warning"].includes(message.type())) {
            complaints.push(`console, ${message.type()}: ${message.text()} (${message.location().url})`);
          }
        });
        context.on("weberror", (error) => {
          if (ours(error.page()?.url())) complaints.push(`uncaught: ${error.error()}`);
        });
        context.on("request", (request) => {
          watch.requests.push(request);
          const url = request.url();
          if (!/^(data|blob|about):/.test(url) && ![latchkey.url, plex.url].some((known) => url.startsWith(`${known}/`))) {
            complaints.push(`a request to somebody else: ${url}`);
          }
        });
      };
      const watch: Watch = { also, allow: (complaint) => allowed.push(complaint), requests: [], console: [] };
      also(context);
      await use(watch);
      latchkey.cookies.push(...(await context.cookies()).map((cookie) => cookie.value));
      const left = complaints.filter((complaint) => !allowed.some((pattern) => pattern.test(complaint)));
      expect(left, "what the browser complained about").toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ browser, watch, latchkey, baseURL, javaScriptEnabled }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, javaScriptEnabled, ...options });
      contexts.push(context);
      watch.also(context);
      return context.newPage();
    });
    for (const context of contexts) {
      // A test may have closed it.
      const cookies = await context.cookies().catch(() => []);
      latchkey.cookies.push(...cookies.map((cookie) => cookie.value));
      await context.close();
    }
  },
});

export { expect };
