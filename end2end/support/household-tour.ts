// A walk through the pages about people, settings and activity, in a language, for tests about all of them and for
// pictures. Nothing is found by words here, so that it walks in every language.
import type { Page } from "@playwright/test";
import { ATTIC } from "./household.ts";
import { expect, type Latchkey, type Plex, type Watch } from "./latchkey.ts";
import { enter, sessionOf } from "./sign-in.ts";

export interface HouseholdTour {
  page: Page;
  latchkey: Latchkey;
  plex: Plex;
  watch: Watch;
  language: "en" | "de";
  /** Called with every state; `where` is a name for files as well. */
  look: (page: Page, where: string) => Promise<void>;
}

/** People as they are to be met: long names, no name, switched off, looking after others. Answers their numbers. */
export async function populate(latchkey: Latchkey, plex: Plex) {
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const asked = async (method: string, path: string, body?: unknown) => {
    const answer = await latchkey.api(method, path, body, owner);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  const me = async (account: "anna" | "marlow") =>
    (await (await latchkey.api("GET", "/auth/me", undefined, await sessionOf(latchkey, plex, account))).json()).id as number;
  const [anna, marlow] = [await me("anna"), await me("marlow")];
  const long = await asked("POST", "/user", {
    email: `grandmother.${"wilhelmine".repeat(4)}@${"example".repeat(5)}.test`,
    username: "Wilhelmine Friederike Auguste von Hohenstein-Langenburg",
  });
  const wide = await asked("POST", "/user", { email: "wide@example.test", username: "W".repeat(64) });
  await asked("POST", "/user", { email: "nobody.has.named.them@example.test" });
  await asked("POST", `/user/${marlow}/settings/permissions`, { permissions: 2 + 4 + 8 });
  await asked("POST", `/user/${long.id}/settings/permissions`, { permissions: 8 + 32 + 1024 });
  await asked("POST", `/user/${wide.id}/settings/disabled`, { disabled: true });
  await asked("POST", `/user/${anna}/settings/tokens`, { name: "Kitchen tablet" });
  return { owner, asked, anna, marlow, long: long.id as number, wide: wide.id as number };
}

export async function householdTour({ page, latchkey, plex, watch, language, look }: HouseholdTour): Promise<void> {
  watch.allow(/status of 4(00|03|04|09)|status of 502/);
  const { owner, asked, anna, marlow, long, wide } = await populate(latchkey, plex);
  const german = language === "de";
  const send = (action: string) => page.locator(`form[action="${action}"] [type=submit]`).first();
  const goto = async (path: string, where: string) => {
    await page.goto(path);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await look(page, where);
  };
  /** A refused form: it is read out what was wrong. */
  const refused = async (where: string) => {
    await expect(page.getByRole("alert").first()).toBeVisible();
    await look(page, where);
  };
  await enter(page, latchkey, plex, "attic-owner");
  if (german) await asked("POST", "/user/1/settings/main", { locale: "de" });

  // Somebody is refused, so that there is something to explain.
  for (const account of ["stranger", "paul"] as const) {
    const { plexClientIdentifier: clientId } = await (await latchkey.api("GET", "/settings/public")).json();
    const pin = await plex.order("pins", { clientId, origin: latchkey.url });
    await plex.order("approve", { code: pin.code, account });
    await latchkey.api("POST", "/auth/plex", { pinId: pin.id, code: pin.code });
  }

  // People.
  await goto("/users", "people");
  await goto("/users?q=zz", "people-none-found");
  await goto("/users?q=w&sort=created", "people-found");
  await page.goto("/users");
  await page.locator("#bulk [name=give]").first().click();
  await refused("people-bulk-nobody");
  await goto("/users/new", "person-new");
  await page.locator("#email").fill("anna@example.test");
  await page.locator("#password").fill("short");
  await page.locator("#password").evaluate((input) => input.removeAttribute("minlength"));
  await send("/users/new").click();
  await refused("person-new-wrong");
  await goto(`/users/${anna}`, "person");
  for (const ask of await page.locator("details.ask:has(form:not([action*=tokens])) > summary").all()) {
    await ask.click();
    await look(page, `person-question-${await ask.evaluate((summary) => summary.parentElement!.querySelector("form")!.action.split("/").pop())}`);
  }
  await page.locator(`form[action="/users/${anna}/account"] #email`).fill("wide@example.test");
  await send(`/users/${anna}/account`).click();
  await refused("person-email-taken");
  await goto(`/users/${marlow}`, "person-administrator");
  await goto(`/users/${long}`, "person-long-name");
  await goto(`/users/${wide}`, "person-switched-off");
  await goto("/users/1", "person-owner");
  await goto("/users/import", "import");
  await page.locator('.import input').first().uncheck();
  for (const tick of await page.locator(".import input:checked").all()) await tick.uncheck();
  await send("/users/import").click();
  await refused("import-nobody");
  await page.locator(".import input").first().check();
  await send("/users/import").click();
  await expect(page.getByRole("status")).toBeVisible();
  await look(page, "import-done");

  // Why not?
  await goto("/users/explain", "explain");
  await goto("/users/explain?who=rita", "explain-no-share");
  await goto("/users/explain?who=paul@example.test", "explain-pending");
  await goto("/users/explain?who=nobody-of-that-name", "explain-nobody");
  await goto(`/users/${anna}/explain`, "explain-nothing-in-the-way");
  await goto(`/users/${wide}/explain`, "explain-switched-off");

  // Settings.
  for (const part of ["", "/users", "/plex", "/security", "/membership"]) await goto(`/settings${part}`, `settings${part.replace("/", "-")}`);
  await goto("/settings?saved=1", "settings-saved");
  await page.locator("#applicationTitle").fill("");
  await asked("POST", "/settings/main", { applicationTitle: "The Attic of the family Hohenstein-Langenburg" });
  await send("/settings").click();
  await refused("settings-wrong");
  await page.goto("/settings");
  await page.locator("#applicationTitle").fill("Mine");
  await asked("POST", "/settings/main", { applicationTitle: "Attic" });
  await send("/settings").click();
  await refused("settings-changed-meanwhile");
  await page.goto("/settings/security");
  await page.locator("#sessionIdleDays").fill("300");
  await page.locator("#sessionAbsoluteDays").fill("20");
  await send("/settings/security").click();
  await refused("settings-security-wrong");
  await goto("/settings/security/api-key", "settings-api-key");
  await send("/settings/security/api-key").click();
  await expect(page.locator("#made-key")).toBeVisible();
  latchkey.cookies.push(await page.locator("#made-key").inputValue());
  await look(page, "settings-api-key-made");
  await goto("/settings/security/session-secret", "settings-session-secret");
  await plex.order("switches", { faults: [{ path: "/api", answer: { status: 503 } }] });
  await goto("/settings/plex", "settings-plex-away");
  await goto("/users/import", "import-plex-away");
  await expect(async () => {
    const problem = (await (await latchkey.api("POST", "/settings/plex/check", {}, owner)).json()).problem;
    expect(problem).toBe("plex-trouble");
  }).toPass();
  await goto("/settings/membership", "settings-membership-plex-away");
  await goto("/", "home-plex-away");
  await plex.order("switches", { faults: [] });
  await plex.order("share", { account: "anna", machineId: ATTIC, state: "none" });
  await expect(async () => {
    const missing = (await (await latchkey.api("POST", "/settings/plex/check", {}, owner)).json()).missing;
    expect(missing).not.toEqual([]);
  }).toPass();
  await goto("/settings/membership", "settings-membership-missing");

  // What happened.
  await goto("/activity", "activity");
  await page.locator("details > summary").first().click();
  await look(page, "activity-table");
  await goto("/activity?kind=refusals", "activity-refusals");
  await goto("/activity?text=zz", "activity-none");
  await goto("/profile", "profile");

  // Somebody who may see none of it.
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "bea");
  if (german) await page.context().addCookies([{ name: "latchkey.language", value: "de", url: latchkey.url }]);
  await goto("/users", "people-denied");
}
