// Signing in with Plex, with JavaScript: who comes in, who does not, and all that can go wrong on the way.
import type { Page } from "@playwright/test";
import { expect, test, type Latchkey, type Plex } from "../support/latchkey.ts";
import { approvalParams, approve, enter, island, newestPin, openPlex, plexButton, signIn, whoAmI } from "../support/sign-in.ts";

const POLL = "/api/v1/auth/plex/attempts/poll";

/** How often plex.tv was asked this. */
async function asked(plex: Plex, method: string, path: RegExp): Promise<number> {
  const log: { method: string; path: string }[] = await plex.log();
  return log.filter((request) => request.method === method && path.test(request.path)).length;
}

async function expectWaiting(page: Page): Promise<void> {
  await expect(island(page)).toHaveAttribute("data-state", "waiting");
}

async function expectIn(page: Page, latchkey: Latchkey, path = "/"): Promise<void> {
  await expect(page).toHaveURL(`${latchkey.url}${path}`);
  expect(await whoAmI(page, latchkey)).not.toBeNull();
}

/** A page that has no way to open a window. */
async function blockWindows(page: Page): Promise<void> {
  await page.addInitScript(() => (window.open = () => null));
}

/** Approves the newest PIN as if in another window. */
async function approveElsewhere(plex: Plex, account: string): Promise<void> {
  await plex.order("approve", { code: (await newestPin(plex)).code, account });
}

test.describe("who comes in @wasm", () => {
  for (const [account, name, tier] of [
    ["attic-owner", "Robin", "Owner"],
    ["marlow", "marlow", "Plex Home"],
    ["anna", "Anna Kowalska", "Friend"],
    ["bea", "bea", "Friend"],
  ] as const) {
    const where = account === "marlow" ? " @postgres" : "";
    test(`${account} comes in as ${tier}${where}`, async ({ page, latchkey, plex }) => {
      await page.goto("/login");
      const popup = await openPlex(page);
      await expectWaiting(page);
      await expect(island(page)).toContainText("Waiting for you to approve in the Plex window");
      await expect(popup.locator("#product")).toHaveText("Latchkey");
      await expect(popup.locator("#alert"), "a PIN of this browser raises no alert").toBeHidden();
      const closed = popup.waitForEvent("close");
      await approve(popup, account);
      await closed;
      await expectIn(page, latchkey);
      await expect(page.getByRole("heading", { name: `Hello, ${name}` })).toBeVisible();
      await expect(page.locator("main .tag")).toHaveText(tier);
      await expect(page.getByRole("link", { name })).toBeVisible();

      const pin = await newestPin(plex);
      expect(pin.origin, "the browser made the PIN").toBe(latchkey.url);
      expect(pin.claimedReads, "it was redeemed once").toBe(1);
      expect(await asked(plex, "POST", /pins$/)).toBe(1);
      const log: { token: string }[] = await plex.log();
      expect(log.filter((request) => request.token === "url"), "no token in a URL").toEqual([]);
    });
  }
});

test.describe("who does not come in @wasm", () => {
  for (const [account, sentence] of [
    ["stranger", "You're signed in to Plex as stranger, and that account has no access to Attic."],
    ["rita", "You're signed in to Plex as rita, and that account has no access to Attic."],
    ["mallory", "You're signed in to Plex as mallory, and that account has no access to Attic."],
    ["paul", "Your invitation to Attic is waiting. Accept it in Plex, then come back."],
    ["kid", "Managed Plex profiles can't sign in here."],
  ] as const) {
    test(`${account} does not`, async ({ page, latchkey, plex }) => {
      await page.goto("/login");
      const popup = await openPlex(page);
      const closed = popup.waitForEvent("close");
      await approve(popup, account);
      await expect(island(page).locator(".status")).toContainText(sentence);
      await expect(island(page)).toHaveAttribute("data-state", "stopped");
      await closed;
      await expect(page).toHaveURL(`${latchkey.url}/login`);
      expect(await whoAmI(page, latchkey)).toBeNull();
    });
  }

  test("a stranger is told what to do, and another account gets in", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    await approve(await openPlex(page), "stranger");
    await expect(island(page).locator(".status b")).toHaveText(["stranger", "Attic"]);
    await expect(page.getByRole("button", { name: "Try again" })).toBeFocused();
    await page.getByText("How to ask the owner").click();
    await expect(page.getByText("Ask the owner of this site to share Attic with your Plex account stranger.")).toBeVisible();
    await page.getByText("Use another Plex account").click();
    await expect(page.getByText("Plex remembers who is signed in.")).toBeVisible();
    await expect(page.getByRole("link", { name: "Open Plex" })).toHaveAttribute("href", plex.url);

    const popup = await openPlex(page, page.getByRole("button", { name: "Try again" }));
    await expect(popup.locator("#current"), "Plex remembers").toHaveText("stranger");
    await approve(popup, "marlow");
    await expectIn(page, latchkey);
  });

  test("paul accepts his invitation and tries again", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    await approve(await openPlex(page), "paul");
    await expect(page.getByRole("link", { name: "Open Plex" })).toHaveAttribute("href", plex.url);
    await plex.order("share", { account: "paul", machineId: "5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357", state: "accepted" });
    await approve(await openPlex(page, page.getByRole("button", { name: "Try again" })), "paul");
    await expectIn(page, latchkey);
  });

  test("new people, where the owner lets none in; members do come in", async ({ page, latchkey, plex }) => {
    await enter(page, latchkey, plex, "anna");
    await page.context().clearCookies();
    await latchkey.changeSettings({ newPlexMembers: false });
    await page.goto("/login");
    await approve(await openPlex(page), "marlow");
    await expect(island(page)).toContainText("This household isn't taking new members by itself. Ask the owner to add you.");
    await signIn(page, "anna");
    expect(await whoAmI(page, latchkey)).toMatchObject({ email: "anna@example.test" });
  });

  test("a child's profile, unless the owner allows children", async ({ page, latchkey }) => {
    await latchkey.changeSettings({ householdChildren: true });
    await signIn(page, "kid");
    await expect(page.getByRole("heading", { name: "Hello, Kim" })).toBeVisible();
    await page.goto("/profile");
    await expect(page.locator("dl").first()).toContainText("None");
  });

  test("a member who was switched off", async ({ page, latchkey, plex }) => {
    await enter(page, latchkey, plex, "anna");
    await page.goto("/profile");
    latchkey.sql("update users set disabled_at = 1 where plex_id = 52990041");
    await page.reload();
    await expect(page, "the session is over at once").toHaveURL(/\/login/);
    await approve(await openPlex(page), "anna");
    await expect(island(page)).toContainText("Your account here is switched off.");
  });
});

test.describe("where to afterwards @wasm", () => {
  test("to the page that was asked for", async ({ page, latchkey }) => {
    await page.goto("/profile");
    await expect(page).toHaveURL(/\/login\?returnTo=%2Fprofile$/);
    await approve(await openPlex(page), "anna");
    await expectIn(page, latchkey, "/profile");
  });

  test("to a target with a query, byte by byte", async ({ page, latchkey }) => {
    await signIn(page, "anna", `/login?returnTo=${encodeURIComponent("/profile?x=%20y")}`);
    await expectIn(page, latchkey, "/profile?x=%20y");
  });

  test("never to somebody else's page", async ({ page, latchkey }) => {
    await signIn(page, "anna", `/login?returnTo=${encodeURIComponent("//evil.test/")}`);
    await expectIn(page, latchkey);
    // Who is in already goes there at once.
    for (const wanted of ["//evil.test/", "https://evil.test/", "/\\evil.test", "/\t/evil.test", "javascript:alert(1)", "/login", "/logout"]) {
      await page.goto(`/login?returnTo=${encodeURIComponent(wanted)}`);
      await expectIn(page, latchkey);
    }
  });
});

test.describe("the window @wasm", () => {
  test("blocked: the same tab goes to Plex and comes back", async ({ page, latchkey, plex }) => {
    await blockWindows(page);
    await page.goto("/login?returnTo=/profile");
    await plexButton(page).click();
    await expect(island(page)).toContainText("Your browser blocked the Plex window.");
    await expect(page.getByRole("link", { name: "Open Plex in a new tab" })).toHaveAttribute("href", new RegExp(`^${plex.url}/auth#`));
    await page.getByRole("button", { name: "Continue in this tab" }).click();
    await page.locator("#deny").waitFor();
    expect(approvalParams(page).get("forwardUrl")).toBe(`${latchkey.url}/login/plex/return`);
    await approve(page, "anna");
    await expectIn(page, latchkey, "/profile");
    expect(await asked(plex, "POST", /pins$/), "still the first PIN").toBe(1);
  });

  test("blocked: the plain link in a new tab leads in as well", async ({ page, context, latchkey }) => {
    await blockWindows(page);
    await page.goto("/login");
    await plexButton(page).click();
    const opened = context.waitForEvent("page");
    await page.getByRole("link", { name: "Open Plex in a new tab" }).click();
    await approve(await opened, "anna");
    await expectIn(page, latchkey);
  });

  test("closed by hand right after approving", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    const popup = await openPlex(page);
    await approveElsewhere(plex, "anna");
    await popup.close();
    await expectIn(page, latchkey);
  });

  test("closed by hand before approving: waiting goes on", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    const polled = page.waitForResponse((response) => response.url().endsWith(POLL));
    await (await openPlex(page)).close();
    expect(await (await polled).json()).toMatchObject({ state: "pending" });
    await expectWaiting(page);
    await approveElsewhere(plex, "anna");
    await page.getByRole("button", { name: /check now/ }).click();
    await expectIn(page, latchkey);
  });

  test("torn off by Plex's opener policy", async ({ page, latchkey, plex }) => {
    await plex.order("switches", { coop: true });
    await page.goto("/login");
    const popup = await openPlex(page);
    await expect.poll(() => popup.evaluate(() => window.opener === null)).toBe(true);
    await expectWaiting(page);
    await approve(popup, "anna");
    await expectIn(page, latchkey);
  });

  test("denied in Plex: the person cancels and starts again", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    const popup = await openPlex(page);
    await popup.locator("#deny").click();
    const cancelled = page.waitForRequest((request) => request.method() === "DELETE");
    const closed = popup.waitForEvent("close");
    await page.getByRole("button", { name: "Cancel" }).click();
    await Promise.all([cancelled, closed]);
    await expect(island(page)).toHaveAttribute("data-state", "idle");
    await expect(plexButton(page)).toBeFocused();

    // What was cancelled lets nobody in, however it is approved later.
    await approveElsewhere(plex, "marlow");
    await approve(await openPlex(page), "anna");
    await expectIn(page, latchkey);
    expect(await whoAmI(page, latchkey)).toMatchObject({ email: "anna@example.test" });
  });

  test("a double click makes one PIN and one window", async ({ page, latchkey, context, plex }) => {
    await page.goto("/login");
    await plexButton(page).dblclick();
    await expectWaiting(page);
    expect(context.pages()).toHaveLength(2);
    expect(await asked(plex, "POST", /pins$/)).toBe(1);
    await approveElsewhere(plex, "anna");
    await expectIn(page, latchkey);
  });

  test("a phone uses no window", async ({ browser, latchkey, plex }) => {
    const phone = await browser.newContext({
      baseURL: latchkey.url,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const page = await phone.newPage();
    await page.goto("/login?returnTo=/profile");
    await plexButton(page).tap();
    await page.locator("#deny").waitFor();
    expect(phone.pages()).toHaveLength(1);
    await approve(page, "anna");
    await expectIn(page, latchkey, "/profile");
    expect((await newestPin(plex)).origin).toBe(latchkey.url);
    await phone.close();
  });

  test("a phone, back from Plex without approving", async ({ browser, latchkey }) => {
    const phone = await browser.newContext({ baseURL: latchkey.url, hasTouch: true, isMobile: true });
    const page = await phone.newPage();
    await page.goto("/login");
    await plexButton(page).tap();
    await page.locator("#deny").waitFor();
    await page.goBack();
    // Whether the page comes from the back-forward cache or anew, there is a way on.
    await expect(page.getByRole("button", { name: /Sign in with Plex|Continue in this tab/ })).toBeVisible();
    await phone.close();
  });
});

test.describe("waiting @wasm", () => {
  test("'check now' says when Plex has not confirmed yet", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    await openPlex(page);
    await expectWaiting(page);
    await page.getByRole("button", { name: /check now/ }).click();
    await expect(island(page)).toContainText("Plex hasn't confirmed it yet.");
    await approveElsewhere(plex, "anna");
    await expectIn(page, latchkey);
  });

  test("looking at the page again polls at once", async ({ page, latchkey, plex }) => {
    await page.clock.install();
    await page.goto("/login");
    const first = page.waitForResponse((response) => response.url().endsWith(POLL));
    await openPlex(page);
    await expectWaiting(page);
    await first;
    // From here on no timer goes off by itself, as in a tab that nobody looks at.
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_100);
    await approveElsewhere(plex, "anna");
    const polled = page.waitForResponse((response) => response.url().endsWith(POLL));
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await polled;
    // The server may keep its distance to Plex and ask for another moment.
    await page.clock.resume();
    await expectIn(page, latchkey);
  });

  test("after 20 seconds it says what usually helps", async ({ page, plex }) => {
    await page.clock.install();
    await page.goto("/login");
    await openPlex(page);
    await expectWaiting(page);
    await expect(page.getByText("Taking a while?")).toHaveCount(0);
    await page.clock.fastForward(20_000);
    await expect(page.getByText("Taking a while?")).toBeVisible();
    await expect(page.getByRole("link", { name: "Open Plex in a new tab" })).toHaveAttribute("href", new RegExp(`^${plex.url}/auth#`));
  });

  test("two tabs at once", async ({ page, context, latchkey, plex }) => {
    const second = await context.newPage();
    await page.goto("/login?returnTo=/profile");
    await second.goto("/login");
    const popups = [await openPlex(page), await openPlex(second)];
    expect(await asked(plex, "POST", /pins$/)).toBe(2);
    await approve(popups[1]!, "anna");
    await expectIn(second, latchkey);
    await approve(popups[0]!, "anna");
    await expectIn(page, latchkey, "/profile");
    await second.reload();
    await expectIn(second, latchkey);
    expect(latchkey.sql("select count(*) from sessions where user_id > 1"), "one browser, one session").toEqual(["1"]);
  });

  test("the network goes and comes back", async ({ page, context, latchkey, plex, watch }) => {
    watch.allow(/ERR_INTERNET_DISCONNECTED/);
    await page.goto("/login");
    await openPlex(page);
    await expectWaiting(page);
    await context.setOffline(true);
    await expect(island(page)).toContainText("This site isn't answering right now. Check your connection; it keeps trying.");
    await context.setOffline(false);
    await approveElsewhere(plex, "anna");
    await expectIn(page, latchkey);
  });

  test("the server is killed in between @postgres", async ({ page, latchkey, plex, watch }) => {
    watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
    await page.goto("/login");
    await openPlex(page);
    await expectWaiting(page);
    await latchkey.restart("SIGKILL");
    await approveElsewhere(plex, "anna");
    await expectIn(page, latchkey);
    await latchkey.restart("SIGKILL");
    await page.reload();
    await expectIn(page, latchkey);
  });
});

test.describe("trouble @wasm", () => {
  test("plex.tv can't be reached from the browser", async ({ page, context, latchkey, plex, watch }) => {
    watch.allow(/ERR_FAILED/);
    await context.route(`${plex.url}/api/v2/pins*`, (route) => route.abort());
    await page.goto("/login");
    const opened = page.waitForEvent("popup");
    await plexButton(page).click();
    const popup = await opened;
    await expect(island(page)).toContainText("This browser can't reach plex.tv. An ad-blocker or DNS filter often does that.");
    await expect.poll(() => popup.isClosed()).toBe(true);

    // The server makes the PIN instead.
    await page.getByRole("button", { name: "Continue in this tab" }).click();
    await page.locator("#deny").waitFor();
    await approve(page, "anna");
    await expectIn(page, latchkey);
  });

  test("an ad-blocker is switched off, and it works", async ({ page, latchkey, plex, watch }) => {
    watch.allow(/CORS policy|ERR_FAILED/);
    await plex.order("switches", { dropCors: true });
    await page.goto("/login");
    await plexButton(page).click();
    await expect(island(page)).toContainText("This browser can't reach plex.tv.");
    await plex.order("switches", { dropCors: false });
    await approve(await openPlex(page, page.getByRole("button", { name: "Try again" })), "anna");
    await expectIn(page, latchkey);
  });

  test("plex.tv refuses to make a PIN", async ({ page, latchkey, plex, watch }) => {
    watch.allow(/status of 429/);
    await plex.order("switches", { faults: [{ path: "/api/v2/pins", method: "POST", answer: "rateLimited" }] });
    await page.goto("/login");
    await plexButton(page).click();
    await expect(island(page)).toContainText("Plex isn't answering right now. Nothing is wrong with your account.");
    await plex.order("switches", { faults: [] });
    await approve(await openPlex(page, page.getByRole("button", { name: "Try again" })), "anna");
    await expectIn(page, latchkey);
  });

  test("Plex does not answer the server for a while", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    const popup = await openPlex(page);
    await plex.order("switches", { faults: [{ path: "/api/v2/pins/", method: "GET", answer: { status: 503 } }] });
    await expect(island(page)).toContainText("Plex isn't answering right now. Nothing is wrong with your account.");
    await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    await plex.order("switches", { faults: [] });
    await approve(popup, "anna");
    await expectIn(page, latchkey);
  });

  test("Plex fails between the approval and the account", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    const popup = await openPlex(page);
    await plex.order("switches", { faults: [{ path: "/api/v2/resources", answer: "html" }] });
    await approve(popup, "anna");
    await expect(page.locator("body")).toContainText("Plex isn't answering right now.");
    // By now the claimed PIN is dead at Plex.
    await plex.order("advance", { seconds: 30 });
    await plex.order("switches", { faults: [] });
    await expectIn(page, latchkey);
  });

  test("the PIN runs out, and starting again works", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    const popup = await openPlex(page);
    const closed = popup.waitForEvent("close");
    await plex.order("expire", { code: (await newestPin(plex)).code });
    await expect(island(page)).toContainText("The Plex sign-in ran out of time.");
    await closed;
    await approve(await openPlex(page, page.getByRole("button", { name: "Start again" })), "anna");
    await expectIn(page, latchkey);
  });

  test("too many tries are counted down", async ({ page, latchkey, watch }) => {
    watch.allow(/status of 429/);
    // Somebody in this household plays with the button.
    for (let pinId = 1, status = 201; status === 201; pinId += 1) {
      expect(pinId, "there is an end to it").toBeLessThan(100);
      status = (await latchkey.api("POST", "/auth/plex/attempts", { pinId, code: `nobodys${pinId}` })).status;
    }
    await page.clock.install();
    await page.goto("/login");
    const opened = page.waitForEvent("popup");
    await plexButton(page).click();
    const popup = await opened;
    await expect(island(page)).toContainText("Too many tries.");
    await expect(island(page)).toContainText(/Wait \d+ seconds\./);
    await expect.poll(() => popup.isClosed()).toBe(true);
    await expect(plexButton(page)).toBeHidden();
    await page.clock.fastForward(600_000);
    await expect(island(page)).toContainText("You can try again now.");
    await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  });

  test("Plex warns of a PIN that the server made, not of the browser's own", async ({ page, context, latchkey, plex, watch }) => {
    // The browser's own address, as Plex sees it, is not the server's.
    await context.route(`${plex.url}/**`, (route) =>
      route.continue({ headers: { ...route.request().headers(), "x-forwarded-for": "203.0.113.7" } }),
    );
    await page.goto("/login");
    const popup = await openPlex(page);
    await expect(popup.locator("#notice")).toBeVisible();
    await expect(popup.locator("#alert")).toBeHidden();
    await page.getByRole("button", { name: "Cancel" }).click();

    watch.allow(/ERR_FAILED/);
    await context.route(`${plex.url}/api/v2/pins*`, (route) => route.abort());
    await plexButton(page).click();
    await page.getByRole("button", { name: "Continue in this tab" }).click();
    await expect(page.locator("#alert")).toContainText("Another device is attempting to sign in.");
    await approve(page, "anna");
    await expectIn(page, latchkey);
  });
});
