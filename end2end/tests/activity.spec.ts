// What happened, for those who look after others: found, turned over, taken along as a file.
import { readFileSync } from "node:fs";
import { askTo, device, made } from "../support/devices.ts";
import { expect, test } from "../support/latchkey.ts";
import { enter, fillPassword, sessionOf } from "../support/sign-in.ts";

const PASSWORD = "brass key, blue door";

test("everything that happened is there, can be found, and taken along @postgres", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 40[13]/);
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const anna = await (await latchkey.api("GET", "/auth/me", undefined, await sessionOf(latchkey, plex, "anna"))).json();
  // Sign-ins are written within a second or so: Anna's, the last, before all that comes now, so that they stand below it.
  await expect(async () => {
    const written = await (await latchkey.api("GET", "/activity?kind=sign-ins", undefined, owner)).json();
    expect(written.results[0]?.what).toBe("Anna Kowalska signed in with Plex.");
  }).toPass();
  // So much that it fills more than a page. The last of them can sign in.
  let last = 0;
  for (let number = 1; number <= 52; number++) {
    const body = { email: `p${number}@home.test`, username: `=Person ${number}`, ...(number === 52 ? { password: PASSWORD } : {}) };
    const answer = await latchkey.api("POST", "/user", body, owner);
    expect(answer.status).toBe(201);
    last = (await answer.json()).id;
  }
  await enter(page, latchkey, plex, "attic-owner");

  // By hand: a token is made, replaced and revoked, and Anna is switched off and on.
  await page.goto(`/users/${anna.id}`);
  await page.getByLabel("Which device is it for?").fill("Kitchen tablet");
  await page.getByRole("button", { name: "Generate token" }).click();
  await page.getByRole("link", { name: "Done" }).click();
  for (const what of ["Regenerate token", "Revoke"] as const) {
    await page.goto(`/users/${anna.id}`);
    const question = await askTo(page, "Kitchen tablet", what);
    await question.getByRole("button").click();
    if (what === "Revoke") await expect(device(page, "Kitchen tablet")).toHaveCount(0);
    else await expect(made(page)).toBeVisible();
  }
  await latchkey.api("POST", `/user/${anna.id}/settings/disabled`, { disabled: true }, owner);
  await latchkey.api("POST", `/user/${anna.id}/settings/disabled`, { disabled: false }, owner);
  await latchkey.api("POST", `/user/${anna.id}/settings/permissions`, { permissions: anna.permissions | 8 }, owner);
  await latchkey.api("POST", "/settings/main", { applicationTitle: "The <Attic>" }, owner);
  const stranger = await visitor();
  await stranger.goto("/login");
  await fillPassword(stranger, "p52@home.test", PASSWORD);
  await expect(stranger).toHaveURL(`${latchkey.url}/`);
  await stranger.context().clearCookies();
  await stranger.goto("/login");
  await fillPassword(stranger, "p52@home.test", "wrong wrong wrong");
  await expect(stranger.getByRole("alert")).toBeVisible();

  const list = page.locator(".happened");
  const lines = list.getByRole("listitem");
  await expect(async () => {
    await page.goto("/activity");
    await expect(lines.first(), "written within a second or so").toContainText("A wrong password was tried for =Person 52.", { timeout: 200 });
  }).toPass();
  for (const said of [
    "=Person 52 signed in with a password.",
    "Robin changed the setting “Name of this site”.",
    "Robin changed the permissions of Anna Kowalska (Looks after people: given).",
    "Robin switched Anna Kowalska on again.",
    "Robin switched Anna Kowalska off.",
    "Robin revoked the login token “Kitchen tablet” of Anna Kowalska.",
    "Robin gave the login token “Kitchen tablet” of Anna Kowalska a new value.",
    "Robin made the login token “Kitchen tablet” for Anna Kowalska.",
    "Robin added the member =Person 52.",
  ]) {
    await expect(lines.filter({ hasText: said }), said).toHaveCount(1);
  }
  const refusal = lines.first();
  await expect(refusal).toContainText("127.0.0.1");
  await expect(lines.filter({ hasText: "signed in with a password" })).toContainText("Chrome on Linux");
  await expect(refusal.locator("time")).toHaveAttribute("datetime", /Z$/);
  await expect(refusal.getByRole("link", { name: "Why?" })).toHaveAttribute("href", `/users/${last}/explain`);

  // Older ones, and back.
  await expect(lines).toHaveCount(50);
  await expect(page.getByText("Robin signed in with Plex.")).toHaveCount(1);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(lines.filter({ hasText: "Robin added the member =Person 1." })).toHaveCount(1);
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await expect(page.getByRole("img", { name: /sign-in/ }), "the chart is about all, not about this part").toHaveCount(0);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/activity`);

  // The chart, also in words and numbers.
  const chart = page.getByRole("region", { name: "Sign-ins by day" });
  await expect(chart.getByRole("img")).toHaveAccessibleName(/^\d+ sign-ins in the last 30 days$/);
  await expect(chart.locator("rect")).toHaveCount(30);
  await chart.locator("summary").click();
  const counted = Number(await chart.getByRole("row").last().getByRole("cell").innerText());
  expect(counted).toBeGreaterThanOrEqual(3);
  await expect(chart.getByRole("img")).toHaveAccessibleName(new RegExp(`^${counted} `));

  // By person, kind, words and day.
  await page.getByLabel("What", { exact: true }).selectOption("Refusals");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(lines).toHaveCount(1);
  await expect(page.getByLabel("What", { exact: true })).toHaveValue("refusals");
  await page.getByLabel("What", { exact: true }).selectOption("Everything");
  await page.getByLabel("Person").selectOption("Anna Kowalska");
  await page.getByLabel("Name or address").fill("kitchen");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(lines).toHaveCount(3);
  const csv = await page.getByRole("link", { name: "Download as CSV" }).getAttribute("href");
  await page.getByLabel("From").fill("2001-01-01");
  await page.getByLabel("To", { exact: true }).fill("2001-01-02");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("Nothing happened that fits.")).toBeVisible();

  // The file has what the filter found; the whole one has everything, and nothing that a spreadsheet would run.
  const found = await (await page.request.get(csv!)).text();
  expect(found.trimEnd().split("\r\n")).toHaveLength(1 + 3);
  await page.goto("/activity");
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("activity.csv");
  const whole = readFileSync(await download.path(), "utf8");
  expect(whole).toMatch(/^"id","time",/);
  expect(whole.match(/Robin added the member =Person/g)).toHaveLength(52);
  expect(whole).not.toMatch(/(^|,)"=/m);

  // In German, as soon as it is chosen.
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/activity`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(lines.filter({ hasText: "Für =Person 52 wurde ein falsches Passwort versucht." })).toHaveCount(1);
  await expect(list).not.toContainText("Robin added");
  await expect(page.locator(".happened time").first()).toContainText(/^\d\d\.\d\d\.\d{4} \d\d:\d\d$/);
});
