// Membership that follows Plex: people are taken in from there, it is told why somebody can't sign in, and whoever is no
// longer shared with goes; but nobody goes because Plex is in trouble.
import type { Page } from "@playwright/test";
import { ATTIC, type Account } from "../support/household.ts";
import { tokenOf } from "../support/devices.ts";
import { expect, test, type Latchkey, type Plex } from "../support/latchkey.ts";
import { enter, sessionOf, whoAmI } from "../support/sign-in.ts";

/** Asks to come in with Plex, over REST; answers what was said. */
async function tryIt(latchkey: Latchkey, plex: Plex, account: Account): Promise<Response> {
  const { plexClientIdentifier: clientId } = await (await latchkey.api("GET", "/settings/public")).json();
  const pin = await plex.order("pins", { clientId, origin: latchkey.url });
  await plex.order("approve", { code: pin.code, account });
  return latchkey.api("POST", "/auth/plex", { pinId: pin.id, code: pin.code });
}

/** How the explainer ends for signing in with Plex. */
async function expectWhy(page: Page, step: string, advice: string): Promise<void> {
  const way = page.getByRole("region", { name: "With Plex" });
  await expect(way.locator(".tags")).toHaveText("Refused");
  await expect(way.locator("li.step-no"), "one step refuses, the last one").toHaveText([new RegExp(step)]);
  await expect(way.locator("li").last()).toHaveClass("step-no");
  await expect(way.locator(".advice")).toContainText(advice);
}

test("people are taken in from Plex, with their pictures @postgres", async ({ page, latchkey, plex, watch }) => {
  watch.allow(/status of 40[09]/);
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/users");
  await page.getByRole("link", { name: "Import from Plex" }).click();
  const rows = page.locator(".import-row");
  await expect(rows).toHaveCount(5);
  const tick = (name: string) => page.getByRole("checkbox", { name });
  for (const name of ["Anna", "bea", "marlow"]) await expect(tick(name), name).toBeChecked();
  await expect(tick("Kim"), "a child's profile comes in only if that is wanted").not.toBeChecked();
  await expect(tick("paul"), "an invitation that waits").not.toBeChecked();
  await expect(rows.filter({ hasText: "paul" })).toContainText("Invited, not accepted yet");
  await expect(rows.filter({ hasText: "Kim" })).toContainText("Child’s profile");
  for (const row of await rows.all()) {
    const picture = row.locator("img");
    await expect(picture).toHaveAttribute("src", /^\/avatars\/of\//);
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  }
  expect(
    watch.requests.filter((request) => request.url().startsWith(plex.url)),
    "browsers ask nobody but us for pictures",
  ).toEqual([]);

  await page.getByRole("link", { name: "Tick nobody" }).click();
  await page.getByRole("button", { name: "Add the ticked people" }).click();
  await expect(page.getByRole("alert")).toHaveText("Nobody is ticked. Tick the people you want to add.");
  for (const name of ["Anna", "marlow"]) await tick(name).check();
  await plex.order("switches", { faults: [] });
  const asked = async () => (await plex.log()).filter((request: any) => /users|friends|home|shared_servers/.test(request.path) && !/avatar/.test(request.path)).length;
  const before = await asked();
  await page.getByRole("button", { name: "Add the ticked people" }).click();
  await expect(page.getByRole("status")).toHaveText("2 people were added.");
  const forTwo = (await asked()) - before;
  await expect(rows).toHaveCount(3);
  await page.getByRole("button", { name: "Add the ticked people" }).click();
  await expect(page.getByRole("status")).toHaveText("1 person was added.");
  expect((await asked()) - before - forTwo, "as many questions for one as for two").toBe(forTwo);

  // Who was taken in is who signs in.
  await page.goto("/users");
  await expect(page.locator(".people > li")).toHaveCount(4);
  await page.getByRole("link", { name: "anna.k", exact: true }).click();
  const id = Number(page.url().split("/").pop());
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  expect((await whoAmI(page, latchkey)).id).toBe(id);
  const picture = page.locator(".bar img[src^='/avatars/']");
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test("why somebody can't sign in: what refuses at the door is what is told", async ({ page, latchkey, plex, watch }) => {
  watch.allow(/status of 40[349]/);
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const id: Record<string, number> = {};
  for (const account of ["anna", "marlow"] as const) {
    id[account] = (await (await latchkey.api("GET", "/auth/me", undefined, await sessionOf(latchkey, plex, account))).json()).id;
  }
  await latchkey.api("POST", "/settings/main", { newPlexLogin: false }, owner);
  await enter(page, latchkey, plex, "attic-owner");

  // By name, e-mail or Plex account, of people who are no members.
  const stranger: [Account, string, string, string][] = [
    ["rita", "rita", "They are on the owner’s list at Plex, but Attic is not shared with them.", "The owner shares the media server"],
    ["paul", "PAUL@example.test", "Attic was shared with them, but they have not accepted the invitation.", "They accept the invitation in Plex"],
    ["bea", "bea", "They are new, and new people are not let in by themselves.", "Import from Plex"],
  ];
  await page.goto("/users/explain");
  for (const [account, who, step, advice] of stranger) {
    expect((await tryIt(latchkey, plex, account)).status, `${account} is refused`).toBe(403);
    await page.getByLabel("Name, e-mail address or Plex account").fill(who);
    await page.getByRole("button", { name: "Find out why" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Why can’t ${account} sign in?`);
    await expectWhy(page, step, advice);
  }
  // From the line of the refusal, somebody of whom nothing else is known.
  expect((await tryIt(latchkey, plex, "stranger")).status).toBe(403);
  await expect(async () => {
    await page.goto("/activity?kind=refusals");
    const line = page.locator(".happened > li").filter({ hasText: "stranger was refused" });
    await line.getByRole("link", { name: "Why?" }).click({ timeout: 500 });
  }).toPass();
  await expectWhy(page, "Their Plex account is not on the owner’s list at Plex", "The owner shares the media server");
  await page.getByLabel("Name, e-mail address or Plex account").fill("zoë");
  await page.getByRole("button", { name: "Find out why" }).click();
  await expect(page.getByRole("alert")).toContainText("Nobody called “zoë”");

  // Members, from their page.
  const explain = async (account: "anna" | "marlow") => {
    await page.goto(`/users/${id[account]}`);
    await page.getByRole("link", { name: "Go through the questions" }).click();
    await expect(page).toHaveURL(`${latchkey.url}/users/${id[account]}/explain`);
  };
  await explain("anna");
  await expect(page.getByRole("region", { name: "With Plex" }).locator(".tags")).toHaveText("Nothing in the way");
  await expect(page.getByRole("region", { name: "With a password" }).locator(".tags")).toHaveText("Refused");
  await latchkey.api("POST", `/user/${id.anna}/settings/disabled`, { disabled: true }, owner);
  await plex.order("share", { account: "marlow", machineId: ATTIC, state: "none" });
  await explain("anna");
  await expectWhy(page, "Their account is switched off here.", "Switch their account on again");
  await explain("marlow");
  await expectWhy(page, "Attic is not shared with them.", "The owner shares the media server");
  await plex.order("share", { account: "marlow", machineId: ATTIC, state: "pending" });
  await explain("marlow");
  await expectWhy(page, "they have not accepted the invitation", "They accept the invitation in Plex");
  await plex.order("share", { account: "marlow", machineId: ATTIC, state: "accepted" });
  await latchkey.api("POST", "/settings/main", { mediaServerLogin: false }, owner);
  await explain("marlow");
  await expectWhy(page, "Signing in with Plex is switched off.", "Switch on “Sign in with Plex” in the settings.");
  // Plex is away: nothing is claimed.
  await latchkey.api("POST", "/settings/main", { mediaServerLogin: true }, owner);
  await plex.order("switches", { faults: [{ path: "/api", answer: { status: 503 } }] });
  await explain("marlow");
  await expect(page.getByRole("region", { name: "With Plex" }).locator(".tags")).toHaveText("Can’t be told");
  await expect(page.getByRole("region", { name: "With Plex" }).locator("li.step-unknown")).toContainText("Plex isn’t answering");
});

test("nobody goes while Plex is away; who is no longer shared with goes after two answers @postgres", async ({
  page,
  visitor,
  latchkey,
  plex,
  watch,
}) => {
  watch.allow(/status of 401/);
  const anna = await visitor();
  const tablet = await visitor();
  await enter(anna, latchkey, plex, "anna");
  for (const account of ["marlow", "bea"] as const) await sessionOf(latchkey, plex, account);
  const token = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await tablet.goto(token.to("/profile?TOKEN"));
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/settings");
  await page.getByRole("link", { name: "Access at Plex" }).click();
  // The one that runs by itself may be under way; afterwards it is half an hour away.
  const check = async () => {
    await page.goto("/settings/membership");
    await page.getByRole("button", { name: "Check now" }).click();
    await expect(page.getByRole("status")).toHaveText("Checked.", { timeout: 1_000 });
  };
  await expect(check).toPass();
  const missing = page.getByRole("region", { name: "Waiting for a second answer" });
  const out = page.getByRole("region", { name: "No access any more" });
  await expect(missing).toContainText("Nobody.");
  await expect(out).toContainText("Nobody.");
  await page.goto("/");
  await expect(page.getByText("could not check")).toHaveCount(0);

  // plex.tv is down, and then answers nonsense: nobody goes, and the owner sees it.
  await plex.order("share", { account: "anna", machineId: ATTIC, state: "none" });
  for (const answer of [{ status: 503 }, "wrongShape", "html"]) {
    await plex.order("switches", { faults: [{ path: "/api", answer }] });
    for (let time = 0; time < 2; time++) await check();
    await expect(page.locator(".notice-bad"), JSON.stringify(answer)).toContainText(/nothing was changed|was not believed/i);
    await expect(missing).toContainText("Nobody.");
    await expect(out).toContainText("Nobody.");
  }
  await page.goto("/");
  await expect(page.getByRole("region", { name: "What needs your attention" })).toContainText("could not check who still has access");
  expect(await whoAmI(anna, latchkey)).not.toBeNull();
  expect(await whoAmI(tablet, latchkey)).not.toBeNull();

  // It is back, and says that nothing is shared with Anna: once is not enough.
  await plex.order("switches", { faults: [] });
  await check();
  await expect(missing).toContainText("Anna Kowalska");
  await expect(page.locator(".notice-bad")).toHaveCount(0);
  await check();
  await expect(missing, "too soon after the first answer").toContainText("Anna Kowalska");
  expect(await whoAmI(anna, latchkey)).not.toBeNull();
  expect(latchkey.command("settings", "set", "membershipConfirmMinutes", "0")).toContain("is changed");
  await expect(async () => {
    await check();
    await expect(out).toContainText("Anna Kowalska", { timeout: 100 });
  }).toPass();
  await expect(missing).toContainText("Nobody.");
  await anna.goto("/profile");
  await expect(anna, "her next request is refused").toHaveURL(/\/login\?/);
  await tablet.goto(token.to("/profile?TOKEN"));
  await expect(tablet.getByRole("alert"), "and her device's").toHaveText("This sign-in link no longer works.");
  for (const account of ["marlow", "bea"] as const) expect((await tryIt(latchkey, plex, account)).status, account).toBe(200);
  await expect(async () => {
    await page.goto("/activity?kind=people");
    await expect(page.locator(".happened")).toContainText("The media server is no longer shared with Anna Kowalska", { timeout: 100 });
  }).toPass();

  // Shared again: she comes in again, without anybody here doing anything.
  await plex.order("share", { account: "anna", machineId: ATTIC, state: "accepted" });
  await enter(anna, latchkey, plex, "anna");
  await anna.goto("/profile");
  await expect(anna.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
});
