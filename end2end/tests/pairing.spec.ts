// Setting up a device that nobody types on: it shows a code, somebody says yes on their phone, and it is in.
import type { Page } from "@playwright/test";
import { CODE, askTo, clickTwice, codeOn, device, letIn, letMembersMakeTokens, made, section } from "../support/devices.ts";
import { expect, test } from "../support/latchkey.ts";
import { readQr } from "../support/qr.ts";
import { approve, approveWithoutScript, enter, openPlex, plexButton, sessionOf, signInAs, whoAmI } from "../support/sign-in.ts";

const PHONE = { viewport: { width: 390, height: 844 } };
const WRONG = "No device is waiting with that code. Codes last five minutes and work once; look at the device again.";
const qr = (tablet: Page) => tablet.getByRole("img", { name: /^QR code/ });
const asked = (phone: Page) => phone.getByRole("heading", { name: "Let this device in?" });

/** Types the code that the tablet shows. */
async function typeCode(phone: Page, code: string): Promise<void> {
  await phone.goto("/pair/approve");
  await phone.getByLabel("The code on the tablet").fill(code);
  await phone.getByRole("button", { name: "Go on" }).click();
}

test.beforeEach(async ({ latchkey, plex }) => {
  await letMembersMakeTokens(latchkey, plex);
});

test("by QR code: the tablet is in within two seconds, on the page it wanted, and out when revoked @postgres", async ({
  page: tablet,
  visitor,
  latchkey,
  plex,
  javaScriptEnabled,
}) => {
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/profile");
  await tablet.getByRole("link", { name: "Set up this device with a code instead" }).click();
  await expect(tablet).toHaveURL(`${latchkey.url}/pair?returnTo=%2Fprofile`);
  await expect(tablet.getByText("Waiting for you to say yes on your phone")).toBeVisible();
  await expect(tablet.getByText("This code is good for 5 more minutes.")).toBeVisible();
  const code = await codeOn(tablet);
  expect(code).toMatch(CODE);
  await expect(tablet.locator("main")).toContainText(`${latchkey.url}/pair/approve`);

  const link = await readQr(qr(tablet));
  expect(link).toBe(`${latchkey.url}/pair/approve?code=${code}`);
  const secret = (await tablet.context().cookies()).find((cookie) => cookie.name === "latchkey.pair")!;
  expect(secret).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  const answer = await tablet.request.get("/pair?returnTo=/profile");
  expect(`${await answer.text()} ${link}`, "the secret is in the cookie alone").not.toContain(secret.value);
  expect(await answer.text(), "the same code when it is loaded again").toContain(code);

  await phone.goto(link);
  expect(phone.url(), "the code stays in no history").toBe(`${latchkey.url}/pair/approve`);
  await expect(asked(phone)).toBeVisible();
  const facts = phone.locator("dl");
  await expect(facts).toContainText("Chrome on Linux");
  await expect(facts).toContainText("127.0.0.1");
  await expect(facts).toContainText("just now");
  await expect(phone.getByText("Only say yes if this device is in front of you.")).toBeVisible();
  await expect(phone.getByLabel("What is it called?")).toHaveValue("Linux");
  await expect(phone.getByLabel("Who is it for?"), "anna has only herself").toHaveCount(0);
  await phone.getByLabel("Expires").selectOption("In 1 year");
  await phone.getByLabel("What is it called?").fill("Kitchen tablet");

  const inside = tablet.waitForURL(`${latchkey.url}/profile`, { waitUntil: "commit" });
  const yes = phone.getByRole("button", { name: "Let it in" });
  await yes.hover();
  const clicked = performance.now();
  const [took] = await Promise.all([inside.then(() => performance.now() - clicked), yes.click()]);
  test.info().annotations.push({ type: "in after", description: `${Math.round(took)} ms` });
  console.log(`the tablet is in after ${Math.round(took)} ms`);
  await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  expect(await whoAmI(tablet, latchkey)).toMatchObject({ email: "anna@example.test" });

  await expect(phone.getByRole("heading", { name: "The device is in" })).toBeVisible();
  await expect(phone.locator("main")).toContainText("Kitchen tablet is signed in as you.");
  await phone.getByRole("link", { name: "Login tokens" }).click();
  await expect(phone).toHaveURL(`${latchkey.url}/profile#tokens`);
  const listed = device(phone, "Kitchen tablet");
  const [from, to] = await listed.locator("time").evaluateAll((times) => times.map((time) => Date.parse(time.getAttribute("datetime")!)));
  expect(Math.abs(to! - from! - 365 * 24 * 60 * 60 * 1000), "from the yes on").toBeLessThan(10_000);

  // It is a device with a token: it can change none.
  await expect(section(tablet)).toContainText("You are signed in with a login token");
  const question = await askTo(phone, "Kitchen tablet", "Revoke");
  await question.getByRole("button", { name: "Revoke token" }).click();
  await expect(section(phone)).toContainText("No device has one yet.");
  await tablet.getByRole("link", { name: "Latchkey" }).click();
  await expect(tablet).toHaveURL(/\/login/);
  await tablet.goto("/profile");
  await expect(tablet).toHaveURL(/\/login\?returnTo=%2Fprofile$/);
  expect((await tablet.context().cookies()).map((cookie) => cookie.name)).not.toContain("latchkey.device");
});

test("by typing the code, as people type it; from the start page", async ({ page: tablet, visitor, latchkey, plex }) => {
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair");
  const code = await codeOn(tablet);
  await phone.goto("/");
  await phone.getByRole("link", { name: "Set up a tablet" }).click();
  await expect(phone.locator("main")).toContainText(`On the tablet, open ${latchkey.url}/pair . It shows a code.`.replace(" .", "."));
  const field = phone.getByLabel("The code on the tablet");
  await expect(field).toBeFocused();
  for (const wrong of ["BCDF-GHJK", "hello", `${code}X`, "🗝"]) {
    await field.fill(wrong);
    await field.press("Enter");
    await expect(phone.getByRole("alert"), wrong).toHaveText(WRONG);
    await expect(field).toBeFocused();
  }
  await field.fill(` ${code.toLowerCase().replace("-", " ")} `);
  await field.press("Enter");
  await expect(asked(phone)).toBeVisible();
  await letIn(phone, "Hall");
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
  await expect(tablet.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();

  await typeCode(phone, code);
  await expect(phone.getByRole("alert"), "good once").toHaveText(WRONG);
});

for (const [answer, name, heading] of [
  ["yes", "Let it in", "The device is in"],
  ["no", "No", "Not let in"],
] as const) {
  test(`pressing ${answer} again while the answer is on the way says the same`, async ({ page: tablet, visitor, latchkey, plex, watch }) => {
    watch.allow(/status of 404/);
    const phone = await visitor(PHONE);
    await enter(phone, latchkey, plex, "anna");
    await tablet.goto("/pair");
    await phone.goto(await readQr(qr(tablet)));
    await clickTwice(phone, phone.getByRole("button", { name, exact: true }), /\/pair\/approve$/);
    await expect(phone.getByRole("heading", { name: heading })).toBeVisible();
    await expect(phone.getByRole("alert")).toHaveCount(0);
  });
}

test("no: the tablet is told, and may ask again", async ({ page: tablet, visitor, latchkey, plex }) => {
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair?returnTo=/profile");
  const code = await codeOn(tablet);
  await typeCode(phone, code);
  await phone.getByLabel("What is it called?").fill("");
  await phone.getByRole("button", { name: "No", exact: true }).click();
  await expect(phone.getByRole("heading", { name: "Not let in" })).toBeVisible();
  await expect(tablet.getByRole("alert")).toContainText("Somebody said no to this device.");
  await tablet.getByRole("link", { name: "Get a new code" }).click();
  await expect(tablet).toHaveURL(/\/pair\?returnTo=%2Fprofile$/);
  const next = await codeOn(tablet);
  expect(next).not.toBe(code);
  await phone.getByRole("link", { name: "Set up another one" }).click();
  await typeCode(phone, next);
  await letIn(phone, "Hall");
  await expect(tablet).toHaveURL(`${latchkey.url}/profile`);
});

test("a code that ran out: the tablet shows the next one by itself", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 404/);
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair?returnTo=/profile");
  const code = await codeOn(tablet);
  await typeCode(phone, code);
  await expect(asked(phone)).toBeVisible();
  latchkey.sql("update pairings set expires_at = unixepoch() - 1");
  await expect(tablet.locator(".pair-code")).not.toHaveText(code);
  await expect(tablet).toHaveURL(/\/pair\?returnTo=(%2F|\/)profile$/);
  await expect(tablet.getByText("This code is good for 5 more minutes.")).toBeVisible();

  // The question was open meanwhile.
  await phone.getByRole("button", { name: "Let it in" }).click();
  await expect(phone.getByRole("alert")).toHaveText(WRONG);
  await typeCode(phone, await codeOn(tablet));
  await letIn(phone, "Hall");
  await expect(tablet).toHaveURL(`${latchkey.url}/profile`);
});

test("a phone that is not signed in signs in first, and the question is there", async ({ page: tablet, visitor, latchkey, plex, javaScriptEnabled }) => {
  const phone = await visitor(PHONE);
  await tablet.goto("/pair");
  const link = await readQr(qr(tablet));
  await phone.goto(link);
  await expect(phone).toHaveURL(`${latchkey.url}/login?returnTo=%2Fpair%2Fapprove`);
  await signInAs(phone, plex, javaScriptEnabled, "anna", phone.url());
  await expect(phone).toHaveURL(`${latchkey.url}/pair/approve`);
  await expect(asked(phone)).toBeVisible();
  await letIn(phone, "Kitchen tablet");
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
});

test("a sign-in older than ten minutes is confirmed first", async ({ page: tablet, visitor, latchkey, plex, javaScriptEnabled }) => {
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair");
  const code = await codeOn(tablet);
  await typeCode(phone, code);
  await expect(asked(phone)).toBeVisible();

  // Between question and answer.
  latchkey.sql("update sessions set created_at = created_at - 700");
  await letIn(phone, "Kitchen tablet");
  await expect(phone).toHaveURL(`${latchkey.url}/login?confirm=1&returnTo=%2Fpair%2Fapprove`);
  await expect(phone.getByRole("status").filter({ hasText: "Anna Kowalska" })).toBeVisible();

  // And before the question.
  await phone.goto("/pair/approve");
  await expect(phone.getByRole("heading", { name: "Is it you?" })).toBeVisible();
  await expect(phone.locator("dl")).toContainText("Chrome on Linux");
  await phone.getByRole("link", { name: "Sign in again" }).click();
  await expect(phone).toHaveURL(`${latchkey.url}/login?confirm=1&returnTo=%2Fpair%2Fapprove`);
  if (javaScriptEnabled === false) {
    await plexButton(phone).click();
    await phone.waitForURL(`${plex.url}/auth**`);
    await approveWithoutScript(phone, plex, "anna");
  } else {
    await approve(await openPlex(phone), "anna");
  }
  await expect(phone).toHaveURL(`${latchkey.url}/pair/approve`);
  await expect(asked(phone)).toBeVisible();
  expect(await whoAmI(tablet, latchkey), "nothing happened so far").toBeNull();
  await letIn(phone, "Kitchen tablet");
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
});

test("the owner picks whom the device is for", async ({ page: tablet, visitor, latchkey, plex }) => {
  await sessionOf(latchkey, plex, "marlow");
  await sessionOf(latchkey, plex, "bea");
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "attic-owner");
  await tablet.goto("/pair");
  await phone.goto(await readQr(qr(tablet)));
  const whom = phone.getByLabel("Who is it for?");
  await expect(whom.locator("option")).toHaveText(["Robin", "bea", "marlow"]);
  await expect(whom.locator("option:checked")).toHaveText("Robin");
  await letIn(phone, "Living room", "marlow");
  await expect(phone.locator("main")).toContainText("Living room is signed in as marlow.");
  await expect(tablet.getByRole("heading", { name: "Hello, marlow" })).toBeVisible();
  await phone.getByRole("link", { name: "Login tokens" }).click();
  await expect(phone).toHaveURL(/\/users\/\d+#tokens$/);
  await expect(device(phone, "Living room")).toContainText("by Robin");
});

test("a manager may pick others, not the owner; a member nobody @wasm", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  await sessionOf(latchkey, plex, "marlow");
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "bea");
  latchkey.sql("update users set permissions = permissions | 8 where plex_username = 'bea'");
  await tablet.goto("/pair");
  await typeCode(phone, await codeOn(tablet));
  await expect(phone.getByLabel("Who is it for?").locator("option")).toHaveText(["bea", "marlow"]);

  // Somebody who helps themselves to more than the page offers.
  const [owner] = latchkey.sql("select id from users where tier = 'owner'");
  await phone.getByLabel("Who is it for?").evaluate((select: HTMLSelectElement, owner) => (select.options[0]!.value = owner), owner!);
  await letIn(phone, "Mine now", "bea");
  await expect(phone.getByText("Only the owner can see and change the owner's login tokens.")).toBeVisible();
  expect(await whoAmI(tablet, latchkey)).toBeNull();
});

test("a name that is taken is said, and the question stays", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 4(00|09)/);
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await phone.goto("/profile");
  await phone.getByLabel("Which device is it for?").fill("Kitchen tablet");
  await phone.getByRole("button", { name: "Generate token" }).click();
  await tablet.goto("/pair");
  await typeCode(phone, await codeOn(tablet));
  await letIn(phone, "Kitchen tablet");
  await expect(phone.getByRole("alert")).toContainText("Kitchen tablet");
  await expect(asked(phone)).toBeVisible();
  await expect(phone.getByLabel("What is it called?")).toBeFocused();
  await letIn(phone, "Second tablet");
  await expect(phone.getByRole("heading", { name: "The device is in" })).toBeVisible();
  await expect(tablet).toHaveURL(`${latchkey.url}/`);
});

test("two devices at once: each yes is for the device that was shown", async ({ page: first, visitor, latchkey, plex }) => {
  const second = await visitor();
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await first.goto("/pair?returnTo=/profile");
  await second.goto("/pair?returnTo=/profile");
  await typeCode(phone, await codeOn(first));
  await expect(asked(phone)).toBeVisible();
  // In another tab of the phone.
  const tab = await phone.context().newPage();
  await tab.goto(await readQr(qr(second)));
  await expect(asked(tab)).toBeVisible();
  await letIn(phone, "First");
  await expect(first).toHaveURL(`${latchkey.url}/profile`);
  await expect(second).toHaveURL(/\/pair/);
  await letIn(tab, "Second");
  await expect(second).toHaveURL(`${latchkey.url}/profile`);
});

test("who has typed one code can type another one without answering first", async ({ page: first, visitor, latchkey, plex }) => {
  const second = await visitor();
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await first.goto("/pair");
  await second.goto("/pair");
  await typeCode(phone, await codeOn(first));
  await expect(asked(phone)).toBeVisible();
  await phone.goto("/");
  await phone.getByRole("link", { name: "Set up a tablet" }).click();
  const another = phone.getByRole("link", { name: /another|other code/i });
  await expect(phone.getByLabel("The code on the tablet").or(another), "a way to another device").toBeVisible();
  if (await another.isVisible()) await another.click();
  await phone.getByLabel("The code on the tablet").fill(await codeOn(second));
  await phone.getByRole("button", { name: "Go on" }).click();
  await letIn(phone, "Second");
  await expect(second).toHaveURL(`${latchkey.url}/`);
  await expect(first).toHaveURL(/\/pair$/);
});

test("the device comes in again by itself when its session is over, and stays out after signing out", async ({ page: tablet, visitor, latchkey, plex }) => {
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair?returnTo=/profile");
  await typeCode(phone, await codeOn(tablet));
  await letIn(phone, "Kitchen tablet");
  await expect(tablet).toHaveURL(`${latchkey.url}/profile`);

  latchkey.sql("delete from sessions where token_hash is not null");
  await tablet.goto("/profile?x=%20#tokens");
  expect(tablet.url()).toBe(`${latchkey.url}/profile?x=%20#tokens`);
  await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();

  await tablet.getByRole("button", { name: "Sign out" }).click();
  await expect(tablet.getByText("You're signed out.")).toBeVisible();
  await tablet.goto("/profile");
  await expect(tablet).toHaveURL(/\/login\?returnTo=%2Fprofile$/);
  await phone.goto("/profile");
  await expect(device(phone, "Kitchen tablet"), "the token is still there").toBeVisible();
});

for (const [what, end] of [
  ["signed out", async (tablet: Page) => tablet.getByRole("button", { name: "Sign out" }).click()],
  [
    "given a new token by its owner",
    async (_: Page, phone: Page) => {
      await phone.goto("/profile");
      const question = await askTo(phone, "Kitchen tablet", "Regenerate token");
      await question.getByRole("button").click();
      await expect(made(phone)).toBeVisible();
    },
  ],
  [
    "revoked",
    async (_: Page, phone: Page) => {
      await phone.goto("/profile");
      const question = await askTo(phone, "Kitchen tablet", "Revoke");
      await question.getByRole("button").click();
      await expect(section(phone)).toContainText("No device has one yet.");
    },
  ],
] as const) {
  test(`right after it was ${what} the tablet needs another yes`, async ({ page: tablet, visitor, latchkey, plex }) => {
    const phone = await visitor(PHONE);
    await enter(phone, latchkey, plex, "anna");
    await tablet.goto("/pair?returnTo=/profile");
    const code = await codeOn(tablet);
    await typeCode(phone, code);
    await letIn(phone, "Kitchen tablet");
    await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
    await end(tablet, phone);
    await tablet.goto("/pair");
    expect(await codeOn(tablet)).not.toBe(code);
    expect(await whoAmI(tablet, latchkey)).toBeNull();
  });
}

test("somebody who signs in on the waiting device keeps their place @wasm", async ({ page: tablet, visitor, latchkey, plex }) => {
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair?returnTo=/profile");
  const code = await codeOn(tablet);
  await typeCode(phone, code);
  await expect(asked(phone)).toBeVisible();
  await tablet.goto("/login");
  await enter(tablet, latchkey, plex, "marlow");
  await tablet.goto("/");
  await letIn(phone, "Kitchen tablet");
  await tablet.goto("/pair?returnTo=/profile");
  await expect(tablet.getByRole("heading", { name: "marlow" })).toBeVisible();
});

test("the tablet goes on after the server was away @wasm", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair?returnTo=/profile");
  const code = await codeOn(tablet);
  await tablet.route("**/api/v1/pair/poll", (route) => route.abort("connectionrefused"));
  await expect(tablet.getByText("This site isn't answering right now.")).toBeVisible();
  await tablet.unroute("**/api/v1/pair/poll");
  await latchkey.restart();
  await typeCode(phone, code);
  await letIn(phone, "Kitchen tablet");
  await expect(tablet).toHaveURL(`${latchkey.url}/profile`);
  await expect(tablet.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
});

test("where the WASM can't be had the tablet's page still says what to do @wasm", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/ERR_FAILED|Failed to fetch|preloaded using link preload/);
  await tablet.route(/\.wasm$/, (route) => route.abort());
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair?returnTo=/profile");
  await typeCode(phone, await codeOn(tablet));
  await letIn(phone, "Kitchen tablet");
  await expect(phone.getByRole("heading", { name: "The device is in" })).toBeVisible();
  await tablet.reload();
  await expect(tablet).toHaveURL(`${latchkey.url}/profile`);
});

test("who may make no tokens is told so @wasm", async ({ page, visitor, latchkey, plex }) => {
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  await latchkey.api("POST", "/settings/main", { allowSelfLoginToken: false }, owner);
  const tablet = await visitor();
  await tablet.goto("/pair");
  await enter(page, latchkey, plex, "anna");
  await page.goto(await readQr(qr(tablet)));
  await expect(page.getByRole("heading", { name: "Not for you" })).toBeVisible();
  await expect(page.locator("main")).toContainText("Members don't make login tokens here.");
});

test("guessing codes ends after ten tries @wasm", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 429/);
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair");
  await typeCode(phone, "BCDF-GHJK");
  await expect(phone.getByRole("alert")).toHaveText(WRONG);
  // The others as a program would guess, without looking at the page each time.
  for (let guess = 1; guess < 10; guess++) {
    const answer = await phone.request.post(`${latchkey.url}/pair/approve`, {
      form: { code: "BCDF-GHJK", answer: "yes", name: "x" },
      headers: { Origin: latchkey.url },
    });
    expect(answer.status()).toBe(404);
  }
  await typeCode(phone, "BCDF-GHJK");
  await expect(phone.getByRole("alert")).toContainText("Too many tries.");
  await typeCode(phone, await codeOn(tablet));
  await expect(phone.getByRole("alert"), "not even the right one").toContainText("Too many tries.");
});

test("a form of another site lets nobody in @wasm", async ({ page: tablet, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  const phone = await visitor(PHONE);
  await enter(phone, latchkey, plex, "anna");
  await tablet.goto("/pair");
  const code = await codeOn(tablet);
  await phone.route(`${plex.url}/evil`, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${latchkey.url}/pair/approve"><input name="code" value="${code}"><input name="name" value="x">
        <button name="answer" value="yes">Win a prize</button></form>`,
    }),
  );
  await phone.goto(`${plex.url}/evil`);
  await phone.getByRole("button").click();
  await expect(phone.getByText("This request came from another site.")).toBeVisible();
  expect(latchkey.sql("select count(*) from pairings where approved_at is not null")).toEqual(["0"]);
});
