// Login tokens: made on a page, shown once, copied, opened as a link on another device, replaced and revoked.
import type { Page } from "@playwright/test";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { TOKEN, askTo, clickTwice, device, generate, letMembersMakeTokens, made, section, shown, tokenOf } from "../support/devices.ts";
import { expect, test } from "../support/latchkey.ts";
import { readQr } from "../support/qr.ts";
import { enter, signInAs, whoAmI } from "../support/sign-in.ts";

const DEAD = "This sign-in link no longer works.";

/** Every address in this tab's history. */
async function history(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { entries } = await session.send("Page.getNavigationHistory");
  await session.detach();
  return entries.map((entry) => entry.url);
}

/** The sign-in page that says that the link is dead, with nothing of it in its address. */
async function expectDead(page: Page, latchkey: { url: string }, returnTo = "/"): Promise<void> {
  await expect(page.getByRole("alert")).toHaveText(DEAD);
  expect(page.url()).toBe(`${latchkey.url}/login?reason=link&returnTo=${encodeURIComponent(returnTo)}`);
}

/** Another site: what its visitors' browsers tell it. */
async function otherSite(): Promise<{ url: string; asked: Promise<IncomingMessage>; close: () => void }> {
  let answer: (request: IncomingMessage) => void;
  const asked = new Promise<IncomingMessage>((done) => (answer = done));
  const server = createServer((request, response) => {
    if (request.url === "/third") answer(request);
    response.setHeader("content-type", "text/html").end("<title>third</title><link rel=icon href=data:,>A third site");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // By another name than Latchkey's own, so that it is another site to the browser.
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { url, asked, close: () => server.close() };
}

test("the owner lets members make tokens, and a member makes one @postgres", async ({ page, visitor, latchkey, plex, javaScriptEnabled }) => {
  const owner = await visitor();
  await signInAs(page, plex, javaScriptEnabled, "anna", "/profile");
  await expect(page.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  await expect(section(page), "off by default").toHaveCount(0);
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Set up a tablet" })).toHaveCount(0);

  await signInAs(owner, plex, javaScriptEnabled, "attic-owner", "/settings/users");
  const members = owner.getByRole("checkbox", { name: "Members may make login tokens" });
  await expect(members).not.toBeChecked();
  await members.check();
  await owner.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByRole("status")).toHaveText("Saved.");
  await expect(members).toBeChecked();

  await page.reload();
  await expect(page.getByRole("heading", { name: "Set up a tablet" })).toBeVisible();
  await page.goto("/profile");
  await expect(section(page)).toContainText("No device has one yet.");
  await generate(page, "Kitchen tablet", "In 30 days");

  expect(page.url(), "no token in the address").toBe(`${latchkey.url}/profile#made-heading`);
  await expect(page.getByRole("heading", { name: "The token of Kitchen tablet" })).toBeVisible();
  await expect(made(page)).toContainText("You won't see this again.");
  const { token, link } = await shown(page);
  expect(token).toMatch(new RegExp(`^${TOKEN.source}$`));
  expect(link).toBe(`${latchkey.url}/?token=${token}`);
  const code = page.getByRole("img", { name: "QR code that signs the device in" });
  expect(await readQr(code)).toBe(link);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 320, height: 568 });
    expect(await readQr(code), `on a small screen, ${colorScheme}`).toBe(link);
  }

  const listed = device(page, "Kitchen tablet");
  await expect(listed).toContainText("Not yet");
  const [from, to] = await listed.locator("time").evaluateAll((times) => times.map((time) => Date.parse(time.getAttribute("datetime")!)));
  expect(to! - from!).toBe(30 * 24 * 60 * 60 * 1000);

  await page.reload();
  await expect(listed).toBeVisible();
  await expect(made(page)).toHaveCount(0);
  expect(await page.content()).not.toMatch(TOKEN);
  expect(await (await page.request.get("/profile")).text()).not.toMatch(TOKEN);
  await expect(listed.locator("summary").first()).toContainText("Regenerate token");
});

test("going back after Done shows no token either", async ({ page, latchkey, plex }) => {
  await letMembersMakeTokens(latchkey, plex);
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  await generate(page, "Kitchen tablet");
  const { token } = await shown(page);
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/profile`);
  for (let back = 0; back < 3; back++) {
    await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
    expect(await page.content(), `back ${back} times`).not.toContain(token);
    await page.goBack();
  }
});

test("pressing the button again while the answer is on the way still shows the token", async ({ page, latchkey, plex, watch }) => {
  watch.allow(/status of 409/);
  await letMembersMakeTokens(latchkey, plex);
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  await page.getByLabel("Which device is it for?").fill("Kitchen tablet");
  await clickTwice(page, page.getByRole("button", { name: "Generate token" }), /\/tokens$/);
  await expect(made(page), "no token is made that nobody ever sees").toBeVisible();
  const { link } = await shown(page);
  await page.goto("/profile");
  await expect(page.locator("li.token")).toHaveCount(1);
  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();
});

test.describe("copying @wasm", () => {
  test.beforeEach(async ({ page, latchkey, plex }) => {
    await letMembersMakeTokens(latchkey, plex);
    await enter(page, latchkey, plex, "anna");
  });

  test("puts token or link on the clipboard and says so", async ({ page, context, latchkey }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: latchkey.url });
    await page.goto("/profile");
    await generate(page, "Kitchen tablet");
    const { token, link } = await shown(page);
    for (const [name, text] of [
      ["Copy token", token],
      ["Copy link", link],
    ] as const) {
      const button = page.getByRole("button", { name });
      const island = page.locator(".copy", { has: page.locator("button", { hasText: name }) });
      await expect(island.getByRole("status"), "a screen reader hears only of what is there before it changes").toBeAttached();
      await button.click();
      await expect(island.locator("button"), "for the eye").toHaveText("Copied", { useInnerText: true });
      await expect(island.getByRole("status"), "for a screen reader").toHaveText("Copied");
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
      await expect(button, "it can be pressed again").toBeVisible();
      await expect(island.getByRole("status")).toBeEmpty();
    }
  });

  for (const [what, refuse] of [
    ["the browser refuses", async (page: Page, url: string) => page.context().grantPermissions([], { origin: url })],
    [
      "there is no clipboard, as on http in a home network",
      async (page: Page) => page.addInitScript(() => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined })),
    ],
  ] as const) {
    test(`selects the text where ${what}`, async ({ page, latchkey }) => {
      await refuse(page, latchkey.url);
      await page.goto("/profile");
      await generate(page, "Kitchen tablet");
      const { token, link } = await shown(page);
      for (const [name, text] of [
        ["Copy token", token],
        ["Copy link", link],
      ] as const) {
        const island = page.locator(".copy", { has: page.locator("button", { hasText: name }) });
        await page.getByRole("button", { name }).click();
        await expect(island.getByRole("status")).toHaveText("Press Ctrl+C (or ⌘C) to copy.");
        await expect(page.getByRole("button", { name }), "nothing was copied").toBeVisible();
        const selected = await page.evaluate(() => {
          const input = document.activeElement as HTMLInputElement;
          return input.value.slice(input.selectionStart!, input.selectionEnd!);
        });
        expect(selected).toBe(text);
      }
    });
  }

  test("says how on a screen that is touched", async ({ visitor, latchkey, plex }) => {
    const phone = await visitor({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await phone.addInitScript(() => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined }));
    await enter(phone, latchkey, plex, "anna");
    await phone.goto("/profile");
    await generate(phone, "Phone");
    await phone.getByRole("button", { name: "Copy link" }).tap();
    await expect(phone.getByText("Hold the selected text to copy it.")).toBeVisible();
  });

  test("by keyboard alone", async ({ page, context, latchkey }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: latchkey.url });
    await page.goto("/profile");
    await page.getByLabel("Which device is it for?").focus();
    await page.keyboard.type("Kitchen tablet");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "The token of Kitchen tablet" })).toBeFocused();
    await page.getByRole("button", { name: "Copy link" }).waitFor();
    const { link } = await shown(page);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("textbox", { name: "Sign-in link" })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Copy link" })).toBeFocused();
    await page.keyboard.press("Space");
    await expect(page.locator(".copy").first().getByRole("status")).toHaveText("Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  });
});

test("without JavaScript there is no button that would do nothing @nojs", async ({ page, latchkey, plex }) => {
  await letMembersMakeTokens(latchkey, plex);
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  await generate(page, "Kitchen tablet");
  await expect(made(page).getByRole("img")).toBeVisible();
  await expect(made(page).getByRole("button")).toHaveCount(0);
});

test("what can't be a name or is taken is said, and what was typed stays", async ({ page, latchkey, plex, watch }) => {
  watch.allow(/status of (400|409)/);
  await letMembersMakeTokens(latchkey, plex);
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  const name = page.getByLabel("Which device is it for?");
  await generate(page, "Küche 🧑‍🍳 <b>", "In 1 day");
  await expect(made(page).getByRole("heading")).toHaveText("The token of Küche 🧑‍🍳 <b>");
  await page.getByRole("link", { name: "Done" }).click();

  await generate(page, "Küche 🧑‍🍳 <b>", "In 1 year");
  await expect(page.getByRole("alert")).toContainText("Küche 🧑‍🍳 <b>");
  await expect(name).toHaveValue("Küche 🧑‍🍳 <b>");
  await expect(name).toBeFocused();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(section(page).locator("form.new").getByLabel("Expires")).toHaveValue("365");

  await page.locator("form.new").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await name.evaluate((input: HTMLInputElement) => input.removeAttribute("maxlength"));
  await generate(page, "x".repeat(65));
  await expect(page.getByRole("alert")).toBeVisible();
  await page.goto("/profile");
  await page.locator("form.new").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await generate(page, "   ");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.locator("li.token")).toHaveCount(1);
});

test("the link opens the page it names and leaves no trace of the token", async ({ visitor, latchkey, plex, watch }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  const third = await otherSite();
  watch.allow(new RegExp(`a request to somebody else: ${third.url}/third`));
  const tablet = await visitor();
  await tablet.goto(token.to("/profile?x=1&TOKEN&y=%20#devices"));
  await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  const clean = `${latchkey.url}/profile?x=1&y=%20#devices`;
  expect(tablet.url()).toBe(clean);
  expect(await tablet.evaluate(() => location.href)).toBe(clean);
  expect(await whoAmI(tablet, latchkey)).toMatchObject({ email: "anna@example.test" });

  // Every request but the first: neither in its address nor in its Referer.
  const asked = watch.requests.map((request) => `${request.url()} ${request.headers().referer ?? ""}`);
  expect(asked.filter((line) => line.includes(token.value)).length, asked.join("\n")).toBe(1);
  expect(await tablet.content()).not.toContain(token.value);
  await tablet.reload();
  expect(tablet.url()).toBe(clean);
  expect(await tablet.content()).not.toContain(token.value);
  expect(JSON.stringify(await tablet.context().storageState())).not.toContain(token.value);
  expect(await tablet.evaluate(() => document.referrer)).toBe("");

  await tablet.getByRole("link", { name: "Latchkey" }).click();
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
  expect(await history(tablet)).toEqual(expect.arrayContaining([clean, `${latchkey.url}/`]));
  expect((await history(tablet)).join(" ")).not.toContain(token.value);
  await tablet.goBack();
  expect(tablet.url()).toBe(clean);

  await tablet.evaluate((href) => {
    const link = Object.assign(document.createElement("a"), { href, textContent: "A third site" });
    document.querySelector("main")!.append(link);
  }, `${third.url}/third`);
  await tablet.getByRole("link", { name: "A third site" }).click();
  const { headers } = await third.asked;
  expect(headers.referer, "a third site learns nothing").toBeUndefined();
  expect(JSON.stringify(headers)).not.toContain(token.value);
  await tablet.waitForURL(`${third.url}/third`);
  expect((await history(tablet)).join(" ")).not.toContain(token.value);
  third.close();

  await expect
    .poll(async () => {
      const owner = await visitor();
      await enter(owner, latchkey, plex, "attic-owner");
      await owner.goto(`/users/${token.user}`);
      return device(owner, "Kitchen tablet").innerText();
    })
    .toMatch(/Last used\s+just now, from 127\.0\.0\.1/);
});

test("the link opens from another site, as out of a message, and tells that site nothing", async ({ visitor, latchkey, plex, watch }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  const third = await otherSite();
  watch.allow(new RegExp(`a request to somebody else: ${third.url}/`));
  const tablet = await visitor();
  await tablet.goto(`${third.url}/mail`);
  await tablet.evaluate((href) => {
    document.body.append(Object.assign(document.createElement("a"), { href, textContent: "Your link" }));
  }, token.to("/profile?TOKEN"));
  await tablet.getByRole("link", { name: "Your link" }).click();
  await expect(tablet).toHaveURL(`${latchkey.url}/profile`);
  await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  expect(await history(tablet)).toEqual(["about:blank", `${third.url}/mail`, `${latchkey.url}/profile`]);
  // The cookie counts at the next click from there, too.
  await tablet.goBack();
  await tablet.goForward();
  await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  third.close();
});

test("a new value ends the old one, and revoking ends the new one @postgres", async ({ page, visitor, latchkey, plex }) => {
  await letMembersMakeTokens(latchkey, plex);
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  await generate(page, "Kitchen tablet", "In 30 days");
  const old = await shown(page);
  const tablet = await visitor();
  await tablet.goto(old.link);
  await expect(tablet.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();

  await page.getByRole("link", { name: "Done" }).click();
  const regenerating = await askTo(page, "Kitchen tablet", "Regenerate token");
  await expect(regenerating).toContainText("Regenerate the token of Kitchen tablet?");
  await expect(regenerating.getByLabel("Expires"), "it keeps its life").toHaveValue("30");
  const revoking = await askTo(page, "Kitchen tablet", "Revoke");
  await expect(regenerating.getByRole("button"), "one question at a time").toBeHidden();
  await expect(revoking).toContainText("Revoke the token of Kitchen tablet?");
  await askTo(page, "Kitchen tablet", "Regenerate token");
  await regenerating.getByLabel("Expires").selectOption("In 7 days");
  await regenerating.getByRole("button", { name: "Regenerate token" }).click();
  await expect(page.getByRole("heading", { name: "The new token of Kitchen tablet" })).toBeVisible();
  const fresh = await shown(page);
  expect(fresh.token).not.toBe(old.token);
  await expect(page.locator("li.token")).toHaveCount(1);

  await tablet.getByRole("link", { name: "Open your account" }).click();
  await expect(tablet, "what the old one opened is over").toHaveURL(`${latchkey.url}/login?returnTo=%2Fprofile`);
  const stale = await visitor();
  await stale.goto(`${latchkey.url}/profile?a=1&token=${old.token}&b`);
  await expectDead(stale, latchkey, "/profile?a=1&b");
  expect((await history(stale)).join(" ")).not.toContain(old.token);
  expect(await stale.content()).not.toContain(old.token);
  expect(await whoAmI(stale, latchkey)).toBeNull();

  await tablet.goto(fresh.link);
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
  await expect(tablet.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();

  await page.goto("/profile");
  const question = await askTo(page, "Kitchen tablet", "Revoke");
  await expect(question).toContainText("Revoke the token of Kitchen tablet? It is signed out at once, and its link stops working.");
  await question.getByRole("button", { name: "Revoke token" }).click();
  await expect(section(page)).toContainText("No device has one yet.");
  await tablet.getByRole("link", { name: "Open your account" }).click();
  await expect(tablet).toHaveURL(`${latchkey.url}/login?returnTo=%2Fprofile`);
  await tablet.goto(fresh.link);
  await expectDead(tablet, latchkey);
  // Going back to the form's answer and loading again changes nothing.
  await page.goBack();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
});

test("a dead link still leads on after signing in", async ({ page, latchkey, plex, javaScriptEnabled }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await token.revoke();
  await signInAs(page, plex, javaScriptEnabled, "marlow", token.to("/profile?x=1&TOKEN&y=%20"));
  await expect(page).toHaveURL(`${latchkey.url}/profile?x=1&y=%20`);
  await expect(page.getByRole("heading", { name: "marlow" })).toBeVisible();
});

test("an expired one is dead, too, and the list says so @wasm", async ({ page, visitor, latchkey, plex }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  const tablet = await visitor();
  await tablet.goto(token.link);
  await expect(tablet.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();
  latchkey.sql("update login_tokens set expires_at = unixepoch() - 5");
  await tablet.getByRole("link", { name: "Open your account" }).click();
  await expect(tablet).toHaveURL(/\/login\?returnTo=%2Fprofile$/);
  await tablet.goto(token.link);
  await expectDead(tablet, latchkey);
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto(`/users/${token.user}`);
  await expect(device(page, "Kitchen tablet")).toContainText("Expired on ");
});

test("somebody else is asked before the account changes", async ({ page, latchkey, plex }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await enter(page, latchkey, plex, "marlow");
  const cookie = (await page.context().cookies()).find((cookie) => cookie.name === "latchkey.sid")!;
  await page.goto(token.to("/profile?x=1&TOKEN"));
  expect(page.url()).toBe(`${latchkey.url}/switch`);
  await expect(page.locator("main")).toContainText("You're signed in as marlow. This link is for Anna Kowalska (Kitchen tablet).");
  expect(await page.content()).not.toContain(token.value);
  await page.getByRole("link", { name: "Stay signed in as marlow" }).click();
  expect(page.url()).toBe(`${latchkey.url}/profile?x=1`);
  expect(await whoAmI(page, latchkey)).toMatchObject({ email: "marlow@example.test" });

  await page.goto(token.to("/profile?x=1&TOKEN"));
  await page.getByRole("button", { name: "Switch to Anna Kowalska" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/profile?x=1`);
  await expect(page.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  expect(await whoAmI(page, latchkey)).toMatchObject({ email: "anna@example.test" });
  expect((await history(page)).join(" ")).not.toContain(token.value);
  await page.goto("/switch");
  await expect(page, "the question is over").toHaveURL(`${latchkey.url}/`);

  // The session before is over, also for who kept the cookie.
  const kept = await latchkey.api("GET", "/auth/me", undefined, `${cookie.name}=${cookie.value}`);
  expect(kept.ok).toBe(false);
});

test("pressing it again while the answer is on the way leads to the page, too", async ({ page, latchkey, plex }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await enter(page, latchkey, plex, "marlow");
  await page.goto(token.to("/profile?x=1&TOKEN"));
  await clickTwice(page, page.getByRole("button", { name: "Switch to Anna Kowalska" }), /\/switch$/);
  await expect(page).toHaveURL(`${latchkey.url}/profile?x=1`);
  await expect(page.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
});

test("who is signed in as the same person stays in the same session", async ({ page, latchkey, plex }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await enter(page, latchkey, plex, "anna");
  const session = async () => (await page.context().cookies()).find((cookie) => cookie.name === "latchkey.sid")!.value;
  const before = await session();
  await page.goto(token.to("/profile?TOKEN#tokens"));
  expect(page.url()).toBe(`${latchkey.url}/profile#tokens`);
  expect(await session()).toBe(before);
});

test("a link that dies while somebody is asked switches nobody", async ({ page, latchkey, plex }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await enter(page, latchkey, plex, "marlow");
  await page.goto(token.to("/profile?TOKEN"));
  await token.revoke();
  await page.getByRole("button", { name: "Switch to Anna Kowalska" }).click();
  await expect(page).not.toHaveURL(/switch/);
  expect(await whoAmI(page, latchkey)).toMatchObject({ email: "marlow@example.test" });
});

test("signing out on the device ends its session, not the link", async ({ visitor, latchkey, plex }) => {
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  const tablet = await visitor();
  await tablet.goto(token.link);
  await tablet.getByRole("button", { name: "Sign out" }).click();
  await expect(tablet.getByText("You're signed out.")).toBeVisible();
  await tablet.goto("/profile");
  await expect(tablet).toHaveURL(/\/login/);
  await tablet.goto(token.link);
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
  await expect(tablet.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();
});

test("a device that came by a link can't change login tokens", async ({ visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  await letMembersMakeTokens(latchkey, plex);
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  const tablet = await visitor();
  await tablet.goto(token.to("/profile?TOKEN"));
  await expect(section(tablet)).toContainText("You are signed in with a login token, which can't make, change or revoke login tokens.");
  await expect(device(tablet, "Kitchen tablet")).toBeVisible();
  await expect(section(tablet).getByRole("button")).toHaveCount(0);
  await expect(section(tablet).locator("form, summary")).toHaveCount(0);
  await tablet.goto("/");
  await expect(tablet.getByRole("heading", { name: "Set up a tablet" }), "what it can't do is not offered").toHaveCount(0);
  await tablet.goto("/pair/approve");
  await expect(tablet.getByRole("heading", { name: "Not for you" })).toBeVisible();
  await expect(tablet.locator("main")).toContainText("You are signed in with a login token");
});

test("any page: one that is not there, the sign-in page, a form's address", async ({ visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 40[34]/);
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  for (const [from, to, heading] of [
    ["/nowhere/deep/down?a=b&TOKEN", "/nowhere/deep/down?a=b", "Nothing here"],
    ["/login?TOKEN", "/", "Hello, Anna Kowalska"],
    ["/login?returnTo=%2Fprofile&TOKEN", "/profile", "Anna Kowalska"],
    ["/pair?TOKEN", "/", "Hello, Anna Kowalska"],
    ["/?TOKEN&TOKEN", "/", "Hello, Anna Kowalska"],
    ["/?TOKEN&token=", "/", "Hello, Anna Kowalska"],
    ["/users/7/tokens?TOKEN", /\/(profile|users\/7)?$/, null],
  ] as const) {
    const tablet = await visitor();
    const target = from.replaceAll("TOKEN", `token=${token.value}`);
    await tablet.goto(target).catch((error: Error) => {
      throw new Error(`${from}: ${error.message}`);
    });
    if (typeof to === "string") expect(tablet.url(), from).toBe(`${latchkey.url}${to}`);
    if (heading) await expect(tablet.getByRole("heading", { name: heading }), from).toBeVisible();
    expect(tablet.url(), from).not.toContain(token.value);
    expect(await whoAmI(tablet, latchkey), from).toMatchObject({ email: "anna@example.test" });
    expect((await history(tablet)).join(" "), from).not.toContain(token.value);
    await tablet.context().close();
  }
  for (const from of ["/?token=", "/?token=x", "/?token=%00", `/?token=${token.value.toUpperCase()}x`, `/?token=${"a".repeat(4000)}`]) {
    const tablet = await visitor();
    await tablet.goto(from);
    await expectDead(tablet, latchkey);
    await tablet.context().close();
  }
});

test("the setting: the parameter's name, and what is wrong with one", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 40[03]/);
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/settings/users");
  const parameter = page.getByLabel("Name of the parameter in sign-in links");
  await expect(parameter).toHaveValue("token");
  await parameter.fill("a b");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("one field needs another value");
  await expect(page.getByText("The name must have 1 to 32 letters")).toBeVisible();
  await expect(parameter).toHaveValue("a b");
  await parameter.fill("house-key");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved.");

  await page.goto("/profile");
  await generate(page, "Hall");
  const { token, link } = await shown(page);
  expect(link).toBe(`${latchkey.url}/?house-key=${token}`);
  const tablet = await visitor();
  await tablet.goto(`/?token=${token}`);
  expect(new URL(tablet.url()).pathname, "another program's parameter is left alone").toBe("/login");
  await tablet.goto(link);
  expect(tablet.url()).toBe(`${latchkey.url}/`);
  await expect(tablet.getByRole("heading", { name: "Hello, Robin" })).toBeVisible();

  await enter(page, latchkey, plex, "anna");
  expect((await page.goto("/settings"))!.status()).toBe(403);
  await expect(page.getByText("Only the owner and administrators may see this page.")).toBeVisible();
});

test("switched off again: the section is gone, a form left open is refused, devices stay in", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  const owner = await letMembersMakeTokens(latchkey, plex);
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  await generate(page, "Kitchen tablet");
  const { link } = await shown(page);
  await page.goto("/profile");
  await page.getByLabel("Which device is it for?").fill("Another");
  await latchkey.api("POST", "/settings/main", { allowSelfLoginToken: false }, owner);
  await page.getByRole("button", { name: "Generate token" }).click();
  await expect(page.locator("main")).toContainText("Members don't make login tokens here. Ask the owner to make one for you, or to allow it.");
  await page.goto("/profile");
  await expect(section(page)).toHaveCount(0);
  const tablet = await visitor();
  await tablet.goto(link);
  await expect(tablet.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();
});

test("the owner makes and revokes a token of somebody else", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  const marlow = await visitor();
  await enter(marlow, latchkey, plex, "marlow");
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/");
  await page.getByRole("link", { name: "People" }).click();
  await expect(page.getByRole("heading", { name: "People", level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "marlow" }).click();
  await expect(page.getByRole("heading", { name: "marlow", level: 1 })).toBeVisible();
  await expect(section(page)).toContainText("signs it in as marlow");
  await generate(page, "Living room", "In 90 days");
  await expect(page).toHaveURL(/\/users\/\d+#made-heading$/);
  const { token, link } = await shown(page);
  expect(await readQr(page.getByRole("img", { name: /^QR code/ }))).toBe(link);
  await expect(device(page, "Living room")).toContainText("by Robin");
  await page.reload();
  expect(await page.content()).not.toContain(token);

  const tablet = await visitor();
  await tablet.goto(link);
  await expect(tablet.getByRole("heading", { name: "Hello, marlow" })).toBeVisible();
  await page.getByRole("link", { name: "All people" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "marlow" })).toContainText("1 token");

  await page.getByRole("link", { name: "marlow" }).click();
  const question = await askTo(page, "Living room", "Revoke");
  await expect(question).toContainText("Revoke the token of Living room?");
  await question.getByRole("button", { name: "Revoke token" }).click();
  await expect(section(page)).toContainText("No device has one yet.");
  await tablet.getByRole("link", { name: "Open your account" }).click();
  await expect(tablet).toHaveURL(/\/login/);

  // Not for everybody.
  for (const path of ["/users", "/users/1"]) {
    expect((await marlow.goto(path))!.status(), path).toBe(403);
    await expect(marlow.getByText("Only those who look after others may see this page.")).toBeVisible();
  }
});
