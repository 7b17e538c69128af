// What the pages load, what they leave alone, and that they hold no secret.
import type { BrowserContext, Page, Request, Route } from "@playwright/test";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TOKEN, generate, letMembersMakeTokens } from "../support/devices.ts";
import { expect, test, type Watch } from "../support/latchkey.ts";
import { approve, enter, island, openPlex, plexButton, whoAmI } from "../support/sign-in.ts";
import { tour } from "../support/tour.ts";

const WASM = /\.wasm$/;

function paths(watch: Watch): string[] {
  return watch.requests.map((request: Request) => new URL(request.url()).pathname);
}

/** Lets the WASM through only when told so. */
async function holdWasm(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let open = false;
  await page.route(WASM, async (route) => {
    if (open) await route.continue();
    else held.push(route);
  });
  return async () => {
    open = true;
    await Promise.all(held.map((route) => route.continue()));
  };
}

test("a cold sign-in page asks only its own site, at most eight times", async ({ page, latchkey, plex, watch }) => {
  await page.goto("/login", { waitUntil: "networkidle" });
  expect(watch.requests.length, paths(watch).join(" ")).toBeLessThanOrEqual(8);
  expect(watch.requests.filter((request) => !request.url().startsWith(`${latchkey.url}/`))).toEqual([]);
  expect(paths(watch).filter((path) => WASM.test(path)), "the preloaded WASM is the one that runs").toHaveLength(1);
  // The icon is picture and favicon.
  const pages = paths(watch).filter((path) => !path.endsWith(".svg"));
  expect(new Set(pages).size, "nothing is asked for twice").toBe(pages.length);
  expect(await plex.log()).toEqual([]);
  const bytes = await Promise.all(watch.requests.map(async (request) => (await request.sizes().catch(() => null))?.responseBodySize ?? 0));
  expect(bytes.reduce((all, some) => all + some, 0), "bytes as sent").toBeLessThan(110_000);
});

test("a second visit loads the page alone", async ({ page }) => {
  await page.goto("/login", { waitUntil: "networkidle" });
  await page.goto("/login?again", { waitUntil: "networkidle" });
  const loaded = await page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).map((entry) => [entry.name, entry.transferSize]),
  );
  expect(loaded.length).toBeGreaterThan(1);
  expect(loaded.filter(([, bytes]) => bytes !== 0)).toEqual([]);
});

test("nothing is inline, and the policy says so", async ({ page, request, latchkey, plex }) => {
  await page.goto("/login");
  const inline = page.locator("script:not([src]), [style], style, [onclick], [onload], iframe");
  await expect(inline).toHaveCount(0);
  const answer = await request.get(`${latchkey.url}/login`, { headers: { accept: "text/html" } });
  const policy = answer.headers()["content-security-policy"]!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe-inline");
  expect(policy).not.toMatch(/'unsafe-eval'/);
  expect(policy).toContain(`connect-src 'self' ${plex.url};`);
  const other = await request.get(`${latchkey.url}/login`, { headers: { accept: "text/html" } });
  expect(other.headers()["content-security-policy"], "a nonce is used once").not.toBe(policy);
  expect(answer.headers()).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin-allow-popups",
  });
});

test("the policy holds: a script that slipped in does not run @wasm", async ({ page, watch }) => {
  watch.allow(/Content Security Policy/);
  await page.goto("/login");
  const refused = page.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
  // As markup that came with somebody's name; a script made by a trusted script would be trusted as well.
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<img src="data:image/png,broken" onerror="window.slippedIn = true">`);
  });
  await refused;
  expect(await page.evaluate(() => "slippedIn" in window)).toBe(false);
});

test.describe("the WASM @wasm", () => {
  test("comes late: the page is there, and the click is kept", async ({ page, latchkey }) => {
    const release = await holdWasm(page);
    await page.goto("/login", { waitUntil: "commit" });
    await expect(plexButton(page)).toBeVisible();
    await expect(page.getByRole("heading", { name: "Latchkey" })).toBeVisible();
    await plexButton(page).click();
    await expect(page.locator("form[data-clicked]"), "the click is seen at once").toBeVisible();
    await plexButton(page).click();
    expect(page.url()).toBe(`${latchkey.url}/login`);

    const opened = page.waitForEvent("popup");
    await release();
    const popup = await opened;
    await expect(island(page)).toHaveAttribute("data-state", "waiting");
    await approve(popup, "anna");
    await expect(page).toHaveURL(`${latchkey.url}/`);
  });

  test("never comes: a click waits a while, then the form does it", async ({ page, latchkey, plex, watch }) => {
    watch.allow(/preloaded using link preload/);
    await page.clock.install();
    await holdWasm(page);
    await page.goto("/login?returnTo=/profile", { waitUntil: "commit" });
    await plexButton(page).click();
    await expect(page.locator("form[data-clicked]")).toBeVisible();
    await page.clock.fastForward(8_000);
    await page.waitForURL(`${plex.url}/auth**`);
    await approve(page, "anna");
    await expect(page).toHaveURL(`${latchkey.url}/profile`);
  });

  for (const [what, files] of [
    ["WASM", WASM],
    ["module", /\/latchkey\.[0-9a-f]+\.js$/],
    ["boot script", /\/boot\.[0-9a-f]+\.js$/],
  ] as const) {
    test(`can't be had (${what}): the form leads to Plex all the same`, async ({ page, latchkey, plex, watch }) => {
      watch.allow(/ERR_FAILED|Failed to fetch|preloaded using link preload/);
      await page.route(files, (route) => route.abort());
      await page.goto("/login");
      await plexButton(page).click();
      await page.waitForURL(`${plex.url}/auth**`);
      await approve(page, "anna");
      await expect(page).toHaveURL(`${latchkey.url}/`);
      expect(await whoAmI(page, latchkey)).not.toBeNull();
    });
  }

  test("only pages with an island load it", async ({ page, latchkey, plex, watch }) => {
    await letMembersMakeTokens(latchkey, plex);
    await enter(page, latchkey, plex, "anna");
    const scripts = async (visit: () => Promise<unknown>) => {
      const before = watch.requests.length;
      await visit();
      await page.waitForLoadState("networkidle");
      const asked = watch.requests.slice(before).map((request) => new URL(request.url()).pathname);
      return asked.filter((path) => /\.(wasm|js)$/.test(path)).length;
    };
    for (const path of ["/", "/profile", "/pair/approve"]) expect(await scripts(() => page.goto(path)), path).toBe(0);
    await page.goto("/profile");
    expect(await scripts(() => generate(page, "Kitchen tablet")), "the buttons that copy").toBe(3);
    expect(await scripts(() => page.goto("/profile")), "with a list").toBe(0);
  });
});

test("no secret in pages, files, console or log @wasm", async ({ page, latchkey, plex, watch }) => {
  // Asked for beside JSON, which names no icon.
  watch.allow(/favicon\.ico/);
  const bodies: [string, string][] = [];
  const reading: Promise<void>[] = [];
  page.on("response", (response) => {
    if (!response.url().startsWith(latchkey.url) || response.status() >= 300) return;
    reading.push(response.body().then((body) => void bodies.push([response.url(), body.toString("latin1")]), () => {}));
  });
  await page.goto("/login", { waitUntil: "networkidle" });
  const popup = await openPlex(page);
  await expect(island(page)).toHaveAttribute("data-state", "waiting");
  bodies.push(["the waiting page", await page.content()]);
  await approve(popup, "attic-owner");
  await expect(page).toHaveURL(`${latchkey.url}/`);
  for (const path of ["/profile", "/", "/login/plex/return", "/api/v1/auth/me", "/api/v1/settings/public", "/api/v1/settings/plex"]) {
    await page.goto(path, { waitUntil: "networkidle" });
  }
  await Promise.all(reading);
  expect(bodies.map(([from]) => from).join(" ")).toMatch(/\.wasm .*\/profile/);

  const secrets: Record<string, string> = { "set-up code": latchkey.setupCode };
  for (const name of ["session_secret", "setup_code", "owner_plex_token"]) {
    for (const value of latchkey.sql(`select value from install where name = '${name}'`)) secrets[name] = value;
  }
  const pins: { id: number; code: string; token: string | null }[] = await (await fetch(`${plex.url}/_stub/pins`)).json();
  for (const pin of pins) Object.assign(secrets, { [`code of PIN ${pin.id}`]: pin.code, [`token of PIN ${pin.id}`]: pin.token });
  for (const cookie of await page.context().cookies()) secrets[`cookie ${cookie.name}`] = cookie.value;
  expect(Object.values(secrets).filter((secret) => secret && secret.length >= 10).length).toBeGreaterThanOrEqual(6);

  const places: [string, string][] = [...bodies, ["console", watch.console.join("\n")], ["log", latchkey.output()]];
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    places.filter(([, text]) => secret && text.includes(secret)).map(([from]) => `${name} in ${from}`),
  );
  expect(found).toEqual([]);
  // The data folder is nobody else's business either.
  const database = readFileSync(join(latchkey.data, "latchkey.db"), "latin1");
  for (const pin of pins) expect(database.includes(pin.token ?? "no token"), "tokens are kept encrypted, if at all").toBe(false);
});

test.describe("login tokens and pairing", () => {
  test.use({ latchkeyEnv: { LATCHKEY_LOG: "trace" } });

  test("nothing is inline, and no token, code or cookie is anywhere but where it is shown @wasm", async ({
    page,
    visitor,
    latchkey,
    plex,
    watch,
    javaScriptEnabled,
  }) => {
    test.setTimeout(120_000);
    const bodies: [string, string][] = [];
    const reading: Promise<void>[] = [];
    const secrets = new Map<string, string>();
    const listen = (context: BrowserContext) =>
      context.on("response", (response) => {
        if (!response.url().startsWith(latchkey.url) || (response.status() >= 300 && response.status() < 400)) return;
        const from = new URL(response.url()).pathname;
        reading.push(response.body().then((body) => void bodies.push([from, body.toString("latin1")]), () => {}));
      });
    // Sealed ones hold a token, and are as good as one.
    const collect = async (page: Page, where: string) => {
      for (const { name, value } of await page.context().cookies()) {
        secrets.set(value, name === "latchkey.pair-code" ? "code" : `cookie ${name}`);
      }
      const shown = page.locator("#made-token");
      if (await shown.count()) secrets.set(await shown.inputValue(), `token of ${where}`);
      const code = page.locator(".pair-code");
      if (await code.count()) secrets.set(await code.innerText(), "code");
    };
    listen(page.context());
    await tour({
      page,
      visitor: async () => {
        const other = await visitor();
        listen(other.context());
        return other;
      },
      latchkey,
      plex,
      watch,
      javaScriptEnabled,
      look: async (page, where) => {
        await collect(page, where);
        bodies.push([`${new URL(page.url()).pathname} as it stands`, await page.content()]);
        await expect(page.locator("script:not([src]), [style], style, [onclick], [onload], iframe"), where).toHaveCount(0);
      },
    });
    await Promise.all(reading);
    for (const request of watch.requests) {
      const [token] = TOKEN.exec(request.url()) ?? [];
      if (token) secrets.set(token, "token in a link");
    }
    const count = (word: string) => [...secrets.values()].filter((name) => name.startsWith(word)).length;
    for (const word of ["token of", "token in", "code", "cookie latchkey.sid", "cookie latchkey.pair", "cookie latchkey.device"]) {
      expect(count(word), word).toBeGreaterThan(0);
    }
    expect(bodies.map(([from]) => from).join(" ")).toMatch(/\.wasm/);
    expect(latchkey.output(), "the log says everything it can").toMatch(/TRACE|DEBUG/);

    const files = readdirSync(latchkey.data).filter((name) => name.startsWith("latchkey.db"));
    expect(files.length).toBeGreaterThan(0);
    const places: [string, string][] = [
      ...bodies,
      ["console", watch.console.join("\n")],
      ["log", latchkey.output()],
      ...files.map((name): [string, string] => [name, readFileSync(join(latchkey.data, name), "latin1")]),
      ...watch.requests.map((request): [string, string] => ["a Referer", request.headers().referer ?? ""]),
    ];
    // Where it is meant to be: shown to the person who has to read it.
    const shown = (name: string, from: string) =>
      (name.startsWith("token of") && from.startsWith("/profile")) || (name === "code" && from.startsWith("/pair"));
    const found = [...secrets].flatMap(([secret, name]) => {
      const hex = secret.replaceAll("-", "");
      const forms = name.startsWith("token") ? [secret, hex, Buffer.from(hex, "hex").toString("latin1")] : [secret];
      return places
        .filter(([from, text]) => forms.some((form) => text.includes(form)) && !shown(name, from))
        .map(([from]) => `${name} in ${from}`);
    });
    expect(found).toEqual([]);
    // One answer of the server's, and the page made of it.
    for (const [secret, name] of secrets) {
      if (!name.startsWith("token of")) continue;
      const answers = bodies.filter(([from, text]) => !from.endsWith("as it stands") && text.includes(secret));
      expect(answers.length, name).toBeLessThanOrEqual(1);
    }
  });
});
