// The gateway behind real reverse proxies, each with the very configuration that the product writes for it, in front of a
// small app that says what it was asked. Latchkey itself is reached through the same proxy, as in a household.
import type { BrowserContext, Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { request as ask, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tokenOf } from "../support/devices.ts";
import { startEcho, type Arrived, type Echo } from "../support/echo.ts";
import { expect, test as base, type Latchkey } from "../support/latchkey.ts";
import { freePort } from "../support/program.ts";
import { PROXIES, startProxy, type Part, type ProxyName, type RunningProxy } from "../support/proxies.ts";
import { sessionOf, signIn } from "../support/sign-in.ts";

const TV = "tv.home.localhost";
const VAULT = "vault.home.localhost";
/** The cookie domain does not reach it. */
const WIKI = "wiki.other.localhost";
/** By address, so that Latchkey's own test of a proxy needs no DNS. */
const BY_ADDRESS = "127.0.0.2";
/** An app has all of it but for what lies below a path. */
const HOUSE = "house.home.localhost";
/** An app has a path, nobody the rest; the cookie domain does not reach it. */
const SHED = "shed.other.localhost";
/** All hosts below are the owner's but for one; they lead to another app. */
const WILD = "*.wild.localhost";
const TAME = "tame.wild.localhost";
const HOSTS = [TV, WIKI, VAULT, BY_ADDRESS, HOUSE, SHED, WILD, TAME];

const everyone = { everyone: true, tiers: [], permissions: 0, people: [] };
const nobodyButTheOwner = { ...everyone, everyone: false };
const APPS = HOSTS.map((host, at) => ({
  name: host.split(".")[0]!.toUpperCase(),
  host,
  path: host === SHED ? "/tools" : "/",
  who: host === VAULT || host === WILD ? nobodyButTheOwner : everyone,
  rules: [{ methods: [], path: "/open", access: "open" }],
  order: at,
}));

const ATTIC = { name: "ATTIC", host: HOUSE, path: "/attic.x", who: nobodyButTheOwner, rules: [], order: APPS.length };

/** What proxies like to tidy up: letters beyond ASCII, encoded slashes in the query, empty and repeated parameters. */
const TARGET = "/s%C3%B6ng/a%20b;v=1?x=1&y=%20&x=2&z=%C3%A4+%2F&u=https://e.example/?&empty=&last";

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Everything between the browser and the app. */
interface Street {
  proxy: RunningProxy;
  /** The number of the app at a host. */
  app(host: string): number;
  /** `http://host:port` of an app's host, or of Latchkey. */
  origin(host: string): string;
  /** Asks as a program does, with exactly this path. */
  ask(host: string, path: string, options?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Answered>;
  /** The proxy again, with other lines. */
  change(change: (part: Part) => Part): Promise<void>;
}

const test = base.extend<{ scheme: "http" | "https"; port: number; echo: Echo; attic: Echo; street: (name: ProxyName) => Promise<Street> }>({
  scheme: ["http", { option: true }],
  port: async ({}, use) => use(await freePort()),
  latchkeyEnv: async ({ port, scheme }, use) =>
    use({ LATCHKEY_PUBLIC_URL: `${scheme}://door.home.localhost:${port}`, LATCHKEY_TRUSTED_PROXIES: "127.0.0.1" }),
  baseURL: async ({ port, scheme }, use) => use(`${scheme}://door.home.localhost:${port}`),
  echo: async ({}, use) => {
    const echo = await startEcho();
    await use(echo);
    echo.stop();
  },
  attic: async ({}, use) => {
    const echo = await startEcho();
    await use(echo);
    echo.stop();
  },
  street: async ({ port, scheme, echo, attic, latchkey, plex, watch }, use, info) => {
    watch.allow(new RegExp(`a request to somebody else: (http|ws)s?://[a-z.]+[.]localhost:${port}/`));
    const folder = mkdtempSync(join(tmpdir(), "latchkey-proxy-"));
    let proxy: RunningProxy | undefined;
    const ids = new Map<string, number>();
    const owner = await sessionOf(latchkey, plex, "attic-owner");
    const saved = await latchkey.api("POST", "/settings/main", { cookieDomain: "home.localhost" }, owner);
    expect(saved.status, await saved.clone().text()).toBe(200);
    for (const app of [...APPS, ATTIC]) {
      const added = await latchkey.api("POST", "/settings/apps", app, owner);
      expect(added.status, await added.clone().text()).toBe(201);
      const { id } = await added.json();
      ids.set(app === ATTIC ? ATTIC.path : app.host, id);
    }
    await use(async (name) => {
      const parts: Part[] = [];
      // What is asked for later counts: the host's files of its own app, in which the one below the path is to be filled in.
      for (const [id, address] of [[ids.get(ATTIC.path), attic.address], ...APPS.map((app) => [ids.get(app.host), app.host === WILD ? attic.address : echo.address])]) {
        const upstream = encodeURIComponent(`http://${address}`);
        const written = await latchkey.api("GET", `/settings/proxy?proxy=${name}&app=${id}&upstream=${upstream}`, undefined, owner);
        expect(written.status, await written.clone().text()).toBe(200);
        for (const { file, text } of (await written.json()).parts as Part[]) parts.push({ file, text: text.replaceAll("app:8080", attic.address) });
      }
      const around = { port, scheme, latchkey: latchkey.url.slice("http://".length), app: echo.address, door: "door.home.localhost", hosts: HOSTS, elsewhere: { [WILD]: attic.address }, folder };
      const start = async (parts: Part[]) => (proxy = await startProxy(name, parts, around));
      const street: Street = {
        proxy: await start(parts),
        app: (host) => ids.get(host)!,
        origin: (host) => `${scheme}://${host}:${port}`,
        ask: (host, path, { method = "GET", headers = {}, body } = {}) =>
          new Promise((done, failed) => {
            const all = { host: `${host}:${port}`, ...headers, ...(body === undefined ? {} : { "content-length": `${Buffer.byteLength(body)}` }) };
            const asked = ask({ host: "127.0.0.1", port, method, path, headers: all, agent: false }, (answer) => {
              const chunks: Buffer[] = [];
              answer.on("data", (chunk) => chunks.push(chunk));
              answer.on("end", () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }));
            });
            asked.on("error", failed);
            asked.end(body);
          }),
        change: async (change) => {
          await proxy?.stop();
          street.proxy = await start(parts.map(change));
        },
      };
      return street;
    });
    if (proxy) {
      if (info.status !== info.expectedStatus) await info.attach("proxy.log", { body: proxy.log(), contentType: "text/plain" });
      await proxy.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  },
});

test.use({
  launchOptions: {
    executablePath: process.env.PLAYWRIGHT_CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  },
});
test.setTimeout(120_000);

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** The cookies that a browser would send there. */
async function cookiesFor(context: BrowserContext, url: string): Promise<Record<string, string>> {
  const cookies = await context.cookies(url);
  return { cookie: cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; ") };
}

function last(echo: Echo): Arrived {
  const arrived = echo.arrived.at(-1);
  if (!arrived) throw new Error("nothing arrived at the app");
  return arrived;
}

/** What a page of the app says to a WebSocket and hears back. */
function talk(page: Page, words: string): Promise<string> {
  return page.evaluate(
    (words) =>
      new Promise<string>((done, failed) => {
        const socket = new WebSocket(`ws://${location.host}/socket?a=%20b`);
        socket.onopen = () => socket.send(words);
        socket.onmessage = (message) => (done(message.data), socket.close());
        socket.onerror = () => failed(new Error("no WebSocket"));
      }),
    words,
  );
}

for (const name of PROXIES) {
  test(`${name} leads to the sign-in and back, and tells the app who it is @wasm`, async ({ page, context, street: startStreet, echo, watch }) => {
    const street = await startStreet(name);
    watch.allow(/status of 401/);

    await test.step("a page: to the sign-in, and back to the very address", async () => {
      await signIn(page, "anna", street.origin(TV) + TARGET);
      await expect(page).toHaveURL(street.origin(TV) + TARGET);
      expect(last(echo)).toMatchObject({ method: "GET", target: TARGET, headers: { "remote-user": "anna.k", "remote-email": "anna@example.test" } });
      expect(last(echo).headers["remote-groups"]).toContain("friend");
      expect(last(echo).headers).not.toHaveProperty("authorization");
    });

    await test.step("a host that the cookie domain does not cover gets a cookie of its own", async () => {
      await page.goto(street.origin(WIKI) + TARGET);
      await expect(page).toHaveURL(street.origin(WIKI) + TARGET);
      expect(last(echo)).toMatchObject({ target: TARGET, headers: { "remote-user": "anna.k" } });
      const cookies = await context.cookies();
      const domains = (name: string) => cookies.filter((cookie) => cookie.name === name).map((cookie) => cookie.domain);
      expect(domains("latchkey.apps")).toEqual([".home.localhost"]);
      expect(domains("latchkey.app")).toEqual([WIKI]);
    });

    await test.step("WebSockets", async () => {
      for (const host of [TV, WIKI]) {
        await page.goto(`${street.origin(host)}/live`);
        expect(await talk(page, "höi")).toBe("anna.k: höi");
        expect(last(echo)).toMatchObject({ method: "UPGRADE", target: "/socket?a=%20b" });
      }
    });

    await test.step("what is sent reaches the app as it is", async () => {
      const sent = await page.evaluate(async () => {
        const answer = await fetch("/form?x=%20", { method: "POST", body: "ä=1&b=%20" });
        return answer.json();
      });
      expect(sent).toMatchObject({ method: "POST", target: "/form?x=%20", body: "ä=1&b=%20" });
      expect(sent.headers["remote-user"]).toBe("anna.k");
    });

    await test.step("signing out: the next request is refused", async () => {
      const before = { tv: await cookiesFor(context, street.origin(TV)), wiki: await cookiesFor(context, street.origin(WIKI)) };
      expect((await street.ask(TV, "/", { headers: before.tv })).status).toBe(200);
      expect((await street.ask(WIKI, "/", { headers: before.wiki })).status).toBe(200);
      await page.goto("/");
      const signedOut = await page.evaluate(async () => (await fetch("/api/v1/auth/logout", { method: "POST" })).status);
      expect(signedOut).toBe(200);
      expect((await street.ask(TV, "/", { headers: before.tv })).status, "also who kept the cookie").toBe(401);
      expect((await street.ask(WIKI, "/", { headers: before.wiki })).status).toBe(401);
      for (const host of [TV, WIKI]) {
        await page.goto(street.origin(host) + TARGET);
        expect(new URL(page.url()).pathname).toBe("/login");
      }
    });
  });

  test(`${name} refuses what is not allowed, and believes nothing from outside @wasm`, async ({ page, context, latchkey, plex, street: startStreet, echo, watch, port }) => {
    const street = await startStreet(name);
    watch.allow(/status of 403/);

    await test.step("nobody is signed in", async () => {
      const login = `${street.origin("door.home.localhost")}/login?returnTo=${encodeURIComponent(street.origin(TV))}`;
      for (const [method, headers, status] of [
        ["GET", HTML, 302],
        ["HEAD", HTML, 302],
        ["POST", HTML, 303],
        ["GET", { accept: "*/*" }, 401],
        ["POST", { accept: "application/json" }, 401],
      ] as const) {
        const answer = await street.ask(TV, TARGET, { method, headers, ...(method === "POST" ? { body: "x=1" } : {}) });
        expect(answer.status, `${method} ${headers.accept}`).toBe(status);
        if (status === 401) expect(answer.headers).not.toHaveProperty("location");
        else expect(answer.headers.location).toContain(login);
      }
      const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
      expect((await street.ask(TV, "/socket", { headers: upgrade })).status).toBe(401);
      // What is the app's must not be had by a path that begins like ours.
      for (const path of ["/.latchkey/../admin", "/.latchkey/x", "/.latchkey/refused", "/.latchkey/ask", "/.latchkey/probe", "//.latchkey/probe", "/open/../admin"]) {
        const answer = await street.ask(TV, path);
        expect([400, 401, 404], `${path}: ${answer.status}`).toContain(answer.status);
      }
      expect(echo.arrived, "the app heard nothing of all that").toEqual([]);
    });

    const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
    const forged = {
      "Remote-User": "forged",
      "remote-email": "forged@example.test",
      "Remote-Name": "forged",
      "Remote-Groups": "forged",
      Remote_User: "forged",
      "X-Forwarded-Host": "forged.example",
      "X-Forwarded-Uri": "/open",
      "X-Forwarded-Method": "HEAD",
      "X-Original-URL": `http://${WIKI}:${port}/open`,
      "X-Original-Method": "HEAD",
    };
    const remote = () => Object.entries(last(echo).headers).filter(([header]) => /^remote/.test(header));

    await test.step("what looks like us is taken away", async () => {
      expect((await street.ask(TV, "/", { headers: forged })).status).toBe(401);
      expect(echo.arrived).toEqual([]);
      expect((await street.ask(TV, "/open/door", { headers: forged })).status, "a path that needs no sign-in").toBe(200);
      expect(remote().filter(([, value]) => value !== "")).toEqual([]);
      expect((await street.ask(TV, "/", { headers: { ...forged, "x-login-token": token.value } })).status).toBe(200);
      expect(JSON.stringify(remote())).not.toContain("forged");
      expect(last(echo).headers["remote-user"]).toBe("anna.k");
    });

    await test.step("tokens are for Latchkey, what is the app's reaches the app", async () => {
      const own = "Basic YXBwOnNlY3JldA==";
      for (const [headers, authorization] of [
        [{ "x-login-token": token.value }, undefined],
        [{ "x-login-token": token.value, authorization: own }, own],
        [{ authorization: `Bearer ${token.value}` }, undefined],
      ] as const) {
        const answer = await street.ask(TV, "/api/series?x=%20", { method: "POST", headers, body: "{}" });
        expect(answer.status).toBe(200);
        expect(last(echo)).toMatchObject({ method: "POST", target: "/api/series?x=%20", body: "{}", headers: { "remote-user": "anna.k" } });
        expect(last(echo).headers.authorization).toBe(authorization);
        expect(last(echo).headers).not.toHaveProperty("x-login-token");
      }
      expect((await street.ask(TV, "/", { headers: { "x-login-token": "no such token" } })).status).toBe(401);
    });

    await test.step("a sign-in link on an app's own address", async () => {
      for (const host of [TV, WIKI]) {
        await context.clearCookies();
        await page.goto(`${street.origin(host)}/s%C3%B6ng?x=1&latchkey_token=${token.value}&y=%20`);
        await expect(page).toHaveURL(`${street.origin(host)}/s%C3%B6ng?x=1&y=%20`);
        expect(last(echo)).toMatchObject({ target: "/s%C3%B6ng?x=1&y=%20", headers: { "remote-user": "anna.k" } });
        await page.reload();
        expect(last(echo)).toMatchObject({ target: "/s%C3%B6ng?x=1&y=%20", headers: { "remote-user": "anna.k" } });
      }
      await context.clearCookies();
      await page.goto(`${street.origin(TV)}/?latchkey_token=${token.value}`);
    });

    await test.step("an app that is not theirs: 403 with a page that says so", async () => {
      const heard = echo.arrived.length;
      const answer = await page.goto(street.origin(VAULT) + TARGET);
      expect(answer?.status()).toBe(403);
      await expect(page.getByRole("heading", { name: "This is not open to you" })).toBeVisible();
      await expect(page.getByText("VAULT is not open to you.")).toBeVisible();
      await expect(page.getByText("You are signed in as")).toBeVisible();
      expect(page.url(), "it stands at the address that was asked for").toBe(street.origin(VAULT) + TARGET);
      const cookies = await cookiesFor(context, street.origin(VAULT));
      const refused = await street.ask(VAULT, "/api", { method: "POST", headers: { ...cookies, accept: "application/json" }, body: "{}" });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.body).message).toBe("VAULT is not open to you.");
      expect(echo.arrived.length, "the app heard nothing of it").toBe(heard);
      for (const status of [401, 403]) {
        const own = await street.ask(TV, `/own-${status}`, { headers: await cookiesFor(context, street.origin(TV)) });
        expect([own.status, own.body]).toEqual([status, `the app's own ${status}`]);
      }
    });

    await test.step("the token is written down nowhere", async () => {
      expect(JSON.stringify(echo.arrived)).not.toContain(token.value);
      expect(street.proxy.log(), "the proxy does write something").not.toBe("");
      expect(street.proxy.log()).not.toContain(token.value);
    });
  });
}

for (const name of PROXIES) {
  test(`${name} tells apps below paths of one host apart @wasm`, async ({ page, latchkey, plex, street: startStreet, echo, attic, watch }) => {
    const street = await startStreet(name);
    watch.allow(/status of 401/);
    const anna = { "x-login-token": (await tokenOf(latchkey, plex, "anna", "Kitchen tablet")).value };
    const owner = { "x-login-token": (await tokenOf(latchkey, plex, "attic-owner", "Study")).value };

    await test.step("each goes to its own app, byte for byte", async () => {
      for (const path of ["/attic.x", "/attic.x/", "/attic.x/a%20b?x=%20&y=%2F", "/ATTIC.X/a"]) {
        expect((await street.ask(HOUSE, path, { headers: owner })).status, path).toBe(200);
        expect(last(attic)).toMatchObject({ target: path, headers: { "remote-user": "attic-owner" } });
      }
      expect(echo.arrived).toEqual([]);
      for (const path of ["/", "/attic.xy", "/atticax/a", "/a/attic.x", "/b%20?x=%2F"]) {
        expect((await street.ask(HOUSE, path, { headers: anna })).status, path).toBe(200);
        expect(last(echo)).toMatchObject({ target: path, headers: { "remote-user": "anna.k" } });
      }
    });

    await test.step("and each has its own people", async () => {
      const heard = attic.arrived.length;
      for (const path of ["/attic.x", "/attic.x/a", "/Attic.x/"]) {
        expect((await street.ask(HOUSE, path, { headers: anna })).status, path).toBe(403);
      }
      // To somebody all of these are the same path.
      for (const path of ["/attic%2ex/a", "/%61ttic.x/a", "//attic.x/a", "/a/../attic.x/a", "/./attic.x/a", "/attic.x%2fa", "/attic.x;a/b", "/att%C4%B0c.x/a", "/att%C4%B1c.x/a", "/attic.x#/../x", "/#/../attic.x"]) {
        await street.ask(HOUSE, path, { headers: anna });
        expect(attic.arrived.length, path).toBe(heard);
      }
    });

    await test.step("a host goes before the wildcard that holds it", async () => {
      expect((await street.ask(TAME, "/a", { headers: anna })).status).toBe(200);
      expect(last(echo)).toMatchObject({ target: "/a", headers: { "remote-user": "anna.k" } });
      const heard = attic.arrived.length;
      expect((await street.ask("other.wild.localhost", "/a", { headers: anna })).status).toBe(403);
      expect(attic.arrived.length).toBe(heard);
      expect((await street.ask("other.wild.localhost", "/a", { headers: owner })).status).toBe(200);
      expect(last(attic)).toMatchObject({ target: "/a", headers: { "remote-user": "attic-owner" } });
    });

    await test.step("what no browser sends is refused", async () => {
      const heard = [echo.arrived.length, attic.arrived.length];
      for (const path of ["/open#/../admin", "/open#"]) {
        expect((await street.ask(TV, path)).status, path).not.toBe(200);
      }
      expect([echo.arrived.length, attic.arrived.length]).toEqual(heard);
    });

    await test.step("a host of which nobody has the rest", async () => {
      await signIn(page, "anna", `${street.origin(SHED)}/tools/hammer?x=%20`);
      await expect(page).toHaveURL(`${street.origin(SHED)}/tools/hammer?x=%20`);
      expect(last(echo)).toMatchObject({ target: "/tools/hammer?x=%20", headers: { "remote-user": "anna.k" } });
      const heard = echo.arrived.length;
      expect([403, 404]).toContain((await street.ask(SHED, "/", { headers: anna })).status);
      expect(echo.arrived.length).toBe(heard);
    });
  });
}

test.describe("with https", () => {
  test.use({ scheme: "https", ignoreHTTPSErrors: true });

  test("cookies are kept to https, at all hosts and at one @wasm", async ({ page, context, latchkey, plex, street: startStreet, echo }) => {
    const street = await startStreet("nginx");
    await signIn(page, "anna", street.origin(TV) + TARGET);
    await expect(page).toHaveURL(street.origin(TV) + TARGET);
    expect(last(echo)).toMatchObject({ target: TARGET, headers: { "remote-user": "anna.k", "x-forwarded-proto": "https" } });
    await page.goto(street.origin(WIKI) + TARGET);
    await expect(page).toHaveURL(street.origin(WIKI) + TARGET);
    const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
    const kept = async () =>
      (await context.cookies())
        .filter((cookie) => cookie.name.includes("latchkey.app"))
        .map(({ name, domain, secure, httpOnly, sameSite }) => ({ name, domain, secure, httpOnly, sameSite }))
        .sort((one, other) => one.name.localeCompare(other.name));
    const both = [
      { name: "__Host-latchkey.app", domain: WIKI, secure: true, httpOnly: true, sameSite: "Lax" },
      { name: "__Secure-latchkey.apps", domain: ".home.localhost", secure: true, httpOnly: true, sameSite: "Lax" },
    ];
    expect(await kept()).toEqual(both);
    await context.clearCookies();
    for (const host of [TV, WIKI]) {
      await page.goto(`${street.origin(host)}/?latchkey_token=${token.value}`);
      await expect(page).toHaveURL(`${street.origin(host)}/`);
      expect(last(echo).headers["remote-user"]).toBe("anna.k");
    }
    expect(await kept(), "the same by a link").toEqual(both);
  });
});

/** What goes wrong where a line is left out or written in another way: part of a file, its replacement, the finding. */
const MISTAKES: Record<ProxyName, [RegExp, string, string][]> = {
  nginx: [
    [/proxy_set_header X-Login-Token "";/g, "", "token"],
    [/proxy_set_header Remote-User .*;/g, "", "identity"],
    [/proxy_set_header X-Forwarded-For \$remote_addr;/g, "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "address"],
    // To the question nginx has an address of its own: that of the question.
    [/\$request_uri;/g, "$uri;", "path"],
    [/latchkey_gateway;(?=\s*}\s*location \/ )/g, "latchkey_gateway/.latchkey/probe?tidy=1;", "query"],
    [/location = \/\.latchkey\/probe/g, "location = /elsewhere", "path"],
  ],
  "nginx-proxy-manager": [
    [/proxy_set_header X-Login-Token "";/g, "", "token"],
    [/proxy_set_header Remote-User .*;/g, "", "identity"],
  ],
  swag: [
    [/proxy_set_header X-Login-Token "";/g, "", "token"],
    [/include \S+latchkey-server.conf;/g, "location = /.latchkey/ask { return 200; } location @latchkey_sign_in { return 401; }", "path"],
  ],
  traefik: [
    [/ +- X-Login-Token\n/g, "", "token"],
    [/ +(- Remote-User\n|authResponseHeadersRegex.*\n)/g, "", "identity"],
    [/middlewares: \[latchkey\]/g, "middlewares: []", "identity"],
  ],
  caddy: [
    [/request_header -X-Login-Token/g, "", "token"],
    [/\{http\.request\.orig_uri\}/g, "{http.request.orig_uri.path}", "query"],
    [/import latchkey/g, "", "path"],
  ],
  haproxy: [
    [/http-request del-header X-Login-Token .*/g, "", "token"],
    [/txn\.sf:pathq\(\)/g, "txn.sf:path()", "query"],
    [/\{ "remote-user", /g, "{ ", "identity"],
  ],
};

for (const name of PROXIES) {
  test(`${name} stands the test by a real round trip, which finds what is missing @wasm`, async ({ latchkey, plex, street: startStreet }) => {
    const street = await startStreet(name);
    const owner = await sessionOf(latchkey, plex, "attic-owner");
    const findings = async () => {
      const answer = await latchkey.api("POST", "/settings/proxy/test", { app: street.app(BY_ADDRESS) }, owner);
      expect(answer.status).toBe(200);
      return (await answer.json()).findings as { name: string; good: boolean; message: string }[];
    };
    const all = await findings();
    expect(all.filter((finding) => !finding.good)).toEqual([]);
    expect(all.map((finding) => finding.name)).toEqual(["reach", "identity", "forwarded", "query", "address", "token", "cookie"]);
    for (const [line, instead, finding] of MISTAKES[name]) {
      let changed = 0;
      await street.change((part) => {
        const text = part.text.replace(line, () => (changed++, instead));
        return { ...part, text };
      });
      expect(changed, `${line} is in the lines`).toBeGreaterThan(0);
      const bad = (await findings()).filter((finding) => !finding.good);
      expect(bad.map((finding) => finding.name), `${line}: ${JSON.stringify(bad)}`).toContain(finding);
    }
  });
}
