// The people of the household: looked for, added, changed, switched off and deleted by those who look after them.
import type { Page } from "@playwright/test";
import { expect, test, type Latchkey } from "../support/latchkey.ts";
import { enter, fillPassword, sessionOf, whoAmI } from "../support/sign-in.ts";

const PASSWORD = "brass key, blue door";

/** Somebody's row in the list. */
function row(page: Page, name: string) {
  return page.locator(".people > li").filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** The names on this part of the list. */
function names(page: Page): Promise<string[]> {
  return page.locator(".people .people-who > a").allInnerTexts();
}

/** The section of this heading on somebody's page. */
function section(page: Page, name: string) {
  return page.getByRole("region", { name, exact: true });
}

/** Opens the fold with this question. */
async function ask(page: Page, what: RegExp) {
  const question = page.locator("details.ask").filter({ has: page.locator("summary", { hasText: what }) });
  await question.locator("summary").click();
  return question;
}

/** A member whom the owner made over REST. */
async function make(latchkey: Latchkey, owner: string, body: Record<string, unknown>): Promise<number> {
  const answer = await latchkey.api("POST", "/user", body, owner);
  expect(answer.status).toBe(201);
  return (await answer.json()).id;
}

test("everybody is listed, found, sorted and turned over @postgres", async ({ page, latchkey, plex }) => {
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  for (let number = 1; number <= 55; number++) {
    await make(latchkey, owner, { email: `p${number}@home.test`, username: `Person ${String(number).padStart(2, "0")}` });
  }
  const zoe = await make(latchkey, owner, { email: "zoe@elsewhere.test", username: "Zoë <b>Ångström</b>", password: PASSWORD });
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/");
  await page.getByRole("navigation", { name: "Household" }).getByRole("link", { name: "People" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeVisible();
  await expect(page.locator(".people > li")).toHaveCount(50);
  await expect(page.getByText("Page 1 of 2")).toBeVisible();
  await page.getByRole("link", { name: "Next" }).click();
  expect(await names(page)).toEqual(["Person 51", "Person 52", "Person 53", "Person 54", "Person 55", "Robin", "Zoë <b>Ångström</b>"]);
  await expect(row(page, "Robin")).toContainText("Owner");
  await expect(row(page, "Robin").getByRole("checkbox"), "the owner can't be changed").toHaveCount(0);
  await expect(row(page, "Person 51")).toContainText("No way to sign in yet");
  await expect(row(page, "Zoë <b>Ångström</b>")).toContainText(/Password\s*Local account/);

  // By name without accents, by e-mail, by nothing that is there.
  const search = page.getByRole("searchbox", { name: "Search by name or e-mail" });
  for (const [typed, found] of [
    ["ANGSTROM", ["Zoë <b>Ångström</b>"]],
    ["zoe@else", ["Zoë <b>Ångström</b>"]],
    ["person 3", Array.from({ length: 10 }, (_, n) => `Person 3${n}`)],
    ["%", []],
  ] as const) {
    await search.fill(typed);
    await page.getByRole("button", { name: "Search" }).click();
    await expect(search).toHaveValue(typed);
    await expect(page.getByRole("status")).toContainText(found.length === 1 ? "1 person found." : `${found.length} people found.`);
    expect(await names(page)).toEqual(found);
  }
  await expect(page.getByText("Try fewer letters.")).toBeVisible();
  await page.getByRole("link", { name: "Show everybody" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/users`);

  // Who came first; and turning the page keeps the order.
  await page.getByLabel("Sort by").selectOption("Who came first");
  await page.getByRole("button", { name: "Search" }).click();
  expect((await names(page)).slice(0, 3)).toEqual(["Robin", "Person 01", "Person 02"]);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByLabel("Sort by")).toHaveValue("created");
  expect((await names(page)).at(-1)).toBe("Zoë <b>Ångström</b>");
  await row(page, "Zoë <b>Ångström</b>").getByRole("link").click();
  await expect(page).toHaveURL(`${latchkey.url}/users/${zoe}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Zoë <b>Ångström</b>");
});

test("somebody is added, signs in, is changed, switched off, on, and deleted @postgres", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 40[01349]/);
  await enter(page, latchkey, plex, "anna");
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/users");
  await page.getByRole("link", { name: "Add somebody" }).click();
  const form = page.locator("form[action='/users/new']");
  await form.getByLabel("E-mail").fill("greta@home.test");
  await form.getByLabel("Name").fill("Greta");
  await form.getByLabel("Password").fill("password1");
  await form.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(form.getByLabel("E-mail"), "what was typed stays").toHaveValue("greta@home.test");
  await expect(form.getByLabel("Name")).toHaveValue("Greta");
  await expect(form.getByLabel("Password"), "but the password").toBeEmpty();
  await form.getByLabel("Password").fill(PASSWORD);
  await form.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("status")).toHaveText("Greta was added.");
  const herPage = page.url().replace(/\?.*/, "");

  const greta = await visitor();
  await greta.goto("/login");
  await fillPassword(greta, "greta@home.test", PASSWORD);
  await expect(greta.getByRole("heading", { name: "Hello, Greta" })).toBeVisible();

  // Name, e-mail and language. An e-mail that is somebody else's changes nothing.
  const account = section(page, "Account");
  await account.getByLabel("Name").fill("Greta Garbo");
  await account.getByLabel("E-mail").fill("anna@example.test");
  await account.getByLabel("Language").selectOption("Deutsch");
  await account.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("There is somebody with this e-mail address already.");
  await expect(account.getByLabel("Name")).toHaveValue("Greta Garbo");
  await expect(account.getByLabel("Language")).toHaveValue("de");
  await expect(page.getByRole("heading", { level: 1 }), "nothing was saved").toHaveText("Greta");
  await account.getByLabel("E-mail").fill("garbo@home.test");
  await account.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Greta Garbo");
  await expect(account).toContainText("garbo@home.test");
  await greta.reload();
  await expect(greta.getByRole("heading", { name: "Hallo, Greta Garbo" }), "at her next request").toBeVisible();

  // What she may do.
  expect((await greta.goto("/users"))!.status()).toBe(403);
  const permissions = section(page, "Permissions");
  await expect(permissions.getByRole("switch")).toHaveCount(3);
  await permissions.getByRole("switch", { name: "Looks after people" }).check();
  await permissions.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await expect(permissions.getByRole("switch", { name: "Looks after people" })).toBeChecked();
  await expect(permissions.getByRole("switch", { name: "Administrator" })).not.toBeChecked();
  expect((await greta.goto("/users"))!.status()).toBe(200);
  await expect(greta.getByRole("heading", { level: 1, name: "Personen" })).toBeVisible();

  // Switched off while she is signed in elsewhere.
  const off = await ask(page, /^Switch off$/);
  await expect(off).toContainText("Greta Garbo is signed out everywhere at once");
  await off.getByRole("button", { name: "Switch off Greta Garbo" }).click();
  await expect(page.getByRole("status")).toHaveText("Greta Garbo is switched off.");
  await greta.goto("/users");
  await expect(greta, "her next request is refused").toHaveURL(/\/login\?/);
  expect(await whoAmI(greta, latchkey)).toBeNull();
  await fillPasswordIn(greta, "garbo@home.test");
  await expect(greta.getByRole("alert")).toBeVisible();
  expect(await whoAmI(greta, latchkey)).toBeNull();
  await page.goto("/users?q=garbo");
  await expect(row(page, "Greta Garbo")).toContainText("Switched off");

  await page.goto(herPage);
  const on = await ask(page, /^Switch on$/);
  await on.getByRole("button", { name: "Switch on Greta Garbo" }).click();
  await expect(page.getByRole("status")).toHaveText("Greta Garbo is switched on again.");
  await fillPasswordIn(greta, "garbo@home.test");
  expect((await whoAmI(greta, latchkey)).displayName).toBe("Greta Garbo");

  // Deleted, after a question.
  const gone = await ask(page, /^Delete$/);
  await expect(gone).toContainText("This can't be undone.");
  expect(await whoAmI(greta, latchkey), "a question is no answer").not.toBeNull();
  await gone.getByRole("button", { name: "Delete Greta Garbo" }).click();
  await expect(page.getByRole("status")).toHaveText("The account was deleted.");
  await expect(row(page, "Greta Garbo")).toHaveCount(0);
  expect(await whoAmI(greta, latchkey)).toBeNull();
  expect((await page.goto(herPage))!.status()).toBe(404);
});

/** The local sign-in in German. */
async function fillPasswordIn(page: Page, email: string): Promise<void> {
  await page.goto("/login");
  await page.locator("form[action='/login/password']").evaluate((form) => form.closest("details")?.setAttribute("open", ""));
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(PASSWORD);
  await page.locator("form[action='/login/password'] [type=submit]").click();
}

test("permissions of many at once; and who may see what", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 40[034]/);
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const marlow = await (await latchkey.api("GET", "/auth/me", undefined, await sessionOf(latchkey, plex, "marlow"))).json();
  await enter(page, latchkey, plex, "bea");
  const anna = await visitor();
  await enter(anna, latchkey, plex, "anna");

  await page.context().clearCookies();
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/users?sort=created");
  await page.getByLabel("Permission").selectOption("Looks after people");
  await page.getByRole("button", { name: "Give to those ticked" }).click();
  await expect(page.getByRole("alert")).toHaveText("Tick at least one person first.");
  for (const name of ["bea", "marlow"]) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
  await page.getByLabel("Permission").selectOption("Looks after people");
  await page.getByRole("button", { name: "Give to those ticked" }).click();
  await expect(page.getByRole("status").first()).toHaveText("2 people were changed.");
  await expect(page.getByLabel("Sort by"), "the list stays as it was").toHaveValue("created");
  for (const name of ["bea", "marlow"]) await expect(row(page, name)).toContainText("Looks after people");
  await expect(row(page, "Anna Kowalska")).not.toContainText("Looks after people");
  await page.getByRole("checkbox", { name: "Choose bea" }).check();
  await page.getByLabel("Permission").selectOption("Looks after people");
  await page.getByRole("button", { name: "Take from those ticked" }).click();
  await expect(page.getByRole("status").first()).toHaveText("1 person was changed.");
  await expect(row(page, "bea")).not.toContainText("Looks after people");

  // A member sees none of it.
  await anna.goto("/");
  await expect(anna.getByRole("navigation", { name: "Household" })).toHaveCount(0);
  for (const path of [
    ...["/users", "/users?q=bea", "/users/1", `/users/${marlow.id}`, "/users/4711", "/users/new", "/users/import", "/users/explain?who=bea"],
    ...["/users/1/explain", "/activity", "/settings", "/settings/users", "/settings/plex", "/settings/security", "/settings/membership"],
    ...["/settings/security/api-key", "/settings/security/session-secret"],
  ]) {
    expect((await anna.goto(path))!.status(), path).toBe(403);
    await expect(anna.getByRole("heading", { name: "Not for you" })).toBeVisible();
    await expect(anna.getByRole("main"), path).not.toContainText(/\b(bea|marlow|Robin)\b/);
  }

  // Who looks after people sees the owner, and can change nothing about them.
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "marlow");
  await page.goto("/users/1");
  await expect(page.getByRole("heading", { level: 1, name: "Robin" })).toBeVisible();
  await expect(page.getByRole("main").locator("form")).toHaveCount(0);
  await expect(page.getByRole("main")).toContainText("Only the owner can change the owner's account");
  await page.goto(`/users/${marlow.id}`);
  await expect(page.getByRole("main")).toContainText("You can't do this to your own account.");
  expect((await latchkey.api("GET", `/user/${marlow.id}`, undefined, owner)).status).toBe(200);
});
