// The pages of settings: saved whole or not at all, two people at once, the API key and the session secret.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/latchkey.ts";
import { enter, sessionOf, whoAmI } from "../support/sign-in.ts";

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true }).click();

/** To another page of settings, by the list beside. */
async function open(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
}

test("each page saves, and what is wrong stays to be mended @postgres", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 40[03]/);
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/");
  await page.getByRole("navigation", { name: "Household" }).getByRole("link", { name: "Settings" }).click();

  // General.
  await page.getByLabel("Name of this site").fill("   ");
  await page.getByRole("combobox", { name: "Language" }).selectOption("Deutsch");
  await save(page);
  await expect(page.getByRole("alert")).toHaveText("Nothing was saved yet: one field needs another value.");
  await expect(page.getByRole("textbox", { name: "Name of this site" })).toHaveAccessibleDescription(/1 to 60 characters, such as Attic/);
  await expect(page.getByRole("textbox", { name: "Name of this site" })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("combobox", { name: "Language" }), "what was chosen stays").toHaveValue("de");
  await page.getByLabel("Name of this site").fill("The Attic's <door>");
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await expect(page.getByRole("banner")).toContainText("The Attic's <door>");
  const stranger = await visitor({ locale: "fr-FR" });
  await stranger.goto("/login");
  await expect(stranger.locator("html"), "for browsers that ask for no language we have").toHaveAttribute("lang", "de");
  await expect(stranger).toHaveTitle(/The Attic's <door>/);

  // People.
  await open(page, "People");
  const box = (name: string) => page.getByRole("checkbox", { name });
  await box("Sign in with Plex").uncheck();
  await box("Sign in with a password").uncheck();
  await box("Look after others").check();
  await page.getByLabel("Name of the parameter").fill("a b");
  await save(page);
  await expect(page.getByRole("alert")).toHaveText("Nothing was saved yet: 2 fields need another value.");
  await expect(box("Sign in with a password")).toHaveAccessibleDescription(/One of the two ways to sign in must stay on/);
  await expect(page.getByLabel("Name of the parameter")).toHaveValue("a b");
  await expect(box("Look after others"), "and everything that was right").toBeChecked();
  expect((await (await latchkey.api("GET", "/settings/public")).json()).mediaServerLogin).toBe(true);
  await box("Sign in with a password").check();
  await page.getByLabel("Name of the parameter").fill("key");
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await expect(box("Sign in with Plex")).not.toBeChecked();
  await stranger.goto("/login");
  await expect(stranger.getByRole("button", { name: "Mit Plex anmelden" })).toHaveCount(0);
  await box("Sign in with Plex").check();
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");

  // Plex.
  await open(page, "Plex");
  await expect(page.getByRole("radio", { name: "Attic" })).toBeChecked();
  await box("Accept Plex tokens of programs").check();
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await expect(box("Accept Plex tokens of programs")).toBeChecked();
  await plex.order("switches", { faults: [{ path: "/api", answer: { status: 503 } }] });
  await page.reload();
  await expect(page.getByRole("main")).toContainText("Plex isn't answering right now, so the servers can't be listed.");
  await box("Accept Plex tokens of programs").uncheck();
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await plex.order("switches", { faults: [] });
  await page.reload();
  await expect(page.getByRole("radio", { name: "Attic" }), "the media server stays meanwhile").toBeChecked();

  // Security.
  await open(page, "Security");
  const [idle, most, kept] = ["Days without a visit", "Days at most", "Keep the activity list for so many days"].map((name) => page.getByLabel(name));
  await idle!.fill("60");
  await most!.fill("20");
  await kept!.fill("7");
  await save(page);
  await expect(most!).toHaveAccessibleDescription(/not less than the days without a visit/);
  await expect(idle!).toHaveValue("60");
  await expect(kept!).toHaveValue("7");
  await most!.fill("200");
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await page.reload();
  await expect(most!).toHaveValue("200");
  await expect(kept!).toHaveValue("7");
  await page.goto("/activity");
  await expect(page.getByText("Lines are kept for 7 days.")).toBeVisible();
});

test("of two who change settings at once the second sees what the first changed", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 409/);
  const other = await visitor();
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const bea = await (await latchkey.api("GET", "/auth/me", undefined, await sessionOf(latchkey, plex, "bea"))).json();
  await latchkey.api("POST", `/user/${bea.id}/settings/permissions`, { permissions: 2 }, owner);
  await enter(page, latchkey, plex, "attic-owner");
  await enter(other, latchkey, plex, "bea");
  for (const one of [page, other]) await one.goto("/settings/users");
  await other.getByLabel("Name of the parameter").fill("door");
  await other.getByRole("checkbox", { name: "Members may make login tokens" }).check();
  await save(other);
  await expect(other.getByRole("status")).toHaveText("Saved.");

  await page.getByLabel("Name of the parameter").fill("key");
  await page.getByRole("checkbox", { name: "Let in managed profiles" }).check();
  await save(page);
  const changed = page.getByRole("alert");
  await expect(changed).toContainText("Somebody else changed these settings while you were at it.");
  await expect(changed.getByRole("row", { name: "Name of the parameter in sign-in links" }).getByRole("cell")).toHaveText(["token", "door"]);
  await expect(changed.getByRole("row", { name: "Members may make login tokens" }).getByRole("cell")).toHaveText(["off", "on"]);
  await expect(page.getByLabel("Name of the parameter"), "what was typed stays").toHaveValue("key");
  await expect(page.getByRole("checkbox", { name: "Let in managed profiles" })).toBeChecked();
  await other.reload();
  await expect(other.getByLabel("Name of the parameter"), "nothing was overwritten").toHaveValue("door");

  // Theirs, or once more in full knowledge.
  await changed.getByRole("link", { name: "Go on with theirs" }).click();
  await expect(page.getByLabel("Name of the parameter")).toHaveValue("door");
  await expect(page.getByRole("checkbox", { name: "Let in managed profiles" })).not.toBeChecked();
  await other.getByLabel("Name of the parameter").fill("gate");
  await save(other);
  await expect(other.getByRole("status")).toHaveText("Saved.");
  await page.getByLabel("Name of the parameter").fill("key");
  await save(page);
  await expect(page.getByRole("alert")).toContainText("Nothing of yours was saved.");
  await page.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await other.reload();
  await expect(other.getByLabel("Name of the parameter")).toHaveValue("key");

  // What the other one changes on another page is in nobody's way.
  await other.goto("/settings");
  await other.getByLabel("Name of this site").fill("Attic");
  await save(other);
  await expect(other.getByRole("status")).toHaveText("Saved.");
  await page.getByLabel("Name of the parameter").fill("token");
  await save(page);
  await expect(page.getByRole("status")).toHaveText("Saved.");
  await expect(page.getByRole("banner")).toContainText("Attic");
});

test("an API key is shown once and works; a new session secret signs everybody out @postgres", async ({
  page,
  javaScriptEnabled,
  visitor,
  latchkey,
  plex,
  watch,
}) => {
  watch.allow(/status of 40[13]/);
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/settings/security");
  const me = async (key: string) => fetch(`${latchkey.url}/api/v1/auth/me`, { headers: { "x-api-key": key } });
  const shown = page.getByRole("textbox", { name: "API key" });

  await page.getByRole("link", { name: "Make an API key" }).click();
  await expect(page.getByRole("heading", { name: "Make an API key?" })).toBeVisible();
  await page.getByRole("link", { name: "Leave it as it is" }).click();
  await expect(shown).toHaveCount(0);
  await page.getByRole("link", { name: "Make an API key" }).click();
  await page.getByRole("button", { name: "Make an API key" }).click();
  await expect(page.getByRole("heading", { name: "Your new API key" })).toBeVisible();
  const first = await shown.inputValue();
  if (javaScriptEnabled !== false) await expect(page.getByRole("button", { name: "Copy key" })).toBeVisible();
  expect(page.url()).not.toContain(first);
  latchkey.cookies.push(first);
  expect(await (await me(first)).json()).toMatchObject({ id: 1 });
  await page.reload();
  await expect(shown, "once").toHaveCount(0);
  expect(await page.content()).not.toContain(first);
  await expect(page.getByRole("main")).toContainText(`…${first.slice(-4)}`);

  await page.getByRole("link", { name: "Make a new API key" }).click();
  await expect(page.getByText("The API key that there is stops working at once.")).toBeVisible();
  await page.getByRole("button", { name: "Replace the API key" }).click();
  const second = await shown.inputValue();
  latchkey.cookies.push(second);
  expect(second).not.toBe(first);
  expect((await me(first)).status).toBe(403);
  expect((await me(second)).status).toBe(200);
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/settings/security`);
  for (let back = 0; back < 2; back++) {
    await page.goBack();
    expect(await page.content(), "going back shows it neither").not.toMatch(new RegExp(`${first}|${second}`));
  }

  // Everybody else is signed out, who asked is not, and the key goes on working.
  const anna = await visitor();
  await enter(anna, latchkey, plex, "anna");
  await page.goto("/settings/security");
  await page.getByRole("link", { name: "Make a new session secret" }).click();
  await expect(page.getByText("Everybody is signed out at once, on every device")).toBeVisible();
  expect(await whoAmI(anna, latchkey), "a question is no answer").not.toBeNull();
  await page.getByRole("button", { name: "Sign everybody out" }).click();
  await expect(page.getByRole("status")).toHaveText("There is a new session secret. Everybody else is signed out.");
  await anna.goto("/profile");
  await expect(anna).toHaveURL(/\/login\?/);
  await page.goto("/profile");
  await expect(page.getByRole("heading", { name: "Robin" })).toBeVisible();
  expect((await me(second)).status).toBe(200);
});
