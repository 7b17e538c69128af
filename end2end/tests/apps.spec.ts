// Apps: added by the owner, tiles for whom they are, which rule answers where, taken away; and tokens that are limited.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { generate, section } from "../support/devices.ts";
import { expect, test, type Latchkey, type Plex } from "../support/latchkey.ts";
import { enter, sessionOf } from "../support/sign-in.ts";

/** axe in both themes, and nothing that a phone would have to scroll sideways for. */
async function expectGood(page: Page, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const said = violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`);
    expect.soft(said, `${where}, ${colorScheme}`).toEqual([]);
  }
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 700 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wide, `${where} at 320 px`).toBe(0);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("main :is(button, summary, select, input:not([type=hidden]), a.button, a.tile, .apps-name)")]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ what: element.outerHTML.slice(0, 80), height: Math.round((element.closest(".choice") ?? element).getBoundingClientRect().height) }))
      .filter((target) => target.height < 44),
  );
  expect.soft(small, `${where}: big enough for a finger`).toEqual([]);
  await page.setViewportSize(size);
}

/** Adds an app over REST. */
async function add(latchkey: Latchkey, plex: Plex, app: Record<string, unknown>): Promise<void> {
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const answer = await latchkey.api("POST", "/settings/apps", app, owner);
  expect(answer.status, await answer.text()).toBe(201);
}

test("an app is added, is a tile for those who may, and is taken away @postgres", async ({ page, visitor, latchkey, plex }) => {
  await sessionOf(latchkey, plex, "anna");
  await sessionOf(latchkey, plex, "bea");
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/settings");
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Apps" }).click();
  await expect(page.getByText("No app yet.")).toBeVisible();
  await page.getByRole("link", { name: "Add an app" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Sonarr");
  await page.getByLabel("Symbol").fill("📺");
  await page.getByLabel("Host").fill("Sonarr.Home.Example");
  await page.getByRole("checkbox", { name: "Anna Kowalska" }).check();
  const first = page.getByRole("group", { name: "Exception 1" });
  await first.getByLabel("Path").fill("/hook");
  await first.getByLabel("Methods").fill("post");
  await page.getByRole("button", { name: "Add an app" }).click();
  await expect(page.getByRole("status").first()).toHaveText("Sonarr is added.");
  const listed = page.getByRole("listitem").filter({ hasText: "sonarr.home.example" });
  await expect(listed).toContainText("For Anna Kowalska · 1 exception");

  // Its tile.
  const [anna, bea] = [await visitor(), await visitor()];
  await enter(anna, latchkey, plex, "anna");
  await anna.goto("/");
  await expect(anna.getByRole("link", { name: "Sonarr" })).toHaveAttribute("href", `http://sonarr.home.example:${new URL(latchkey.url).port}/`);
  await enter(bea, latchkey, plex, "bea");
  await bea.goto("/");
  await expect(bea.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(bea.getByRole("link", { name: "Sonarr" })).toHaveCount(0);

  // Who gets in where.
  const ask = async (address: string, method = "GET") => {
    await page.getByLabel("Address").fill(address);
    await page.getByLabel("Method").selectOption(method);
    await page.getByRole("button", { name: "Look" }).click();
    return page.locator("#answer").getByRole("status");
  };
  await expect(await ask("https://sonarr.home.example/calendar?x=1")).toContainText("Who gets in: Anna Kowalska.");
  await expect(await ask("sonarr.home.example/hook/7", "POST")).toContainText("Everybody gets in, without signing in.");
  await expect(page.getByLabel("Address"), "what was typed stays").toHaveValue("sonarr.home.example/hook/7");
  await expect(await ask("nowhere.example")).toContainText("everybody is refused");
  await expect(await ask("not an address")).toContainText("That is no address.");

  // Another one for everybody; the first is taken away.
  await page.goto("/settings/apps");
  await listed.getByRole("link", { name: "Sonarr", exact: true }).click();
  await expect(page.getByLabel("Methods").first()).toHaveValue("POST");
  await page.getByRole("checkbox", { name: "Everyone in the household" }).check();
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await expect(page.getByRole("status").first()).toHaveText("Sonarr is saved.");
  await bea.reload();
  await expect(bea.getByRole("link", { name: "Sonarr" })).toBeVisible();
  await listed.getByRole("link", { name: "Sonarr", exact: true }).click();
  await page.getByText("Take this app away").click();
  await page.getByRole("button", { name: "Take Sonarr away" }).click();
  await expect(page.getByRole("status").first()).toContainText("The app is gone.");
  await bea.reload();
  await expect(bea.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(bea.getByRole("link", { name: "Sonarr" })).toHaveCount(0);
});

test("mistakes are told, and what two change at once is not lost", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 4(00|09)/);
  await add(latchkey, plex, { name: "Wiki", host: "wiki.home.example" });
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/settings/apps/new");
  await page.getByLabel("Name", { exact: true }).fill("Books");
  await page.getByLabel("Host").fill("wiki.home.example");
  await page.getByRole("button", { name: "Add an app" }).click();
  await expect(page.getByRole("alert")).toContainText("one field needs another value");
  await expect(page.getByLabel("Host")).toHaveAccessibleDescription(/Wiki has this address already/);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Books");

  const other = await visitor();
  await enter(other, latchkey, plex, "attic-owner");
  await Promise.all([page.goto("/settings/apps/1"), other.goto("/settings/apps/1")]);
  await other.getByLabel("Name", { exact: true }).fill("Theirs");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByRole("status").first()).toHaveText("Theirs is saved.");
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("Somebody else changed this app");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Mine");
  await page.getByRole("link", { name: "Go on with theirs" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Theirs");
});

test("a tablet with a limited token looks, and changes nothing", async ({ page, visitor, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  for (const name of ["Sonarr", "Wiki"]) {
    await add(latchkey, plex, { name, host: `${name.toLowerCase()}.home.example`, who: { everyone: true } });
  }
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/profile");
  await section(page).getByText("Limit what it may do").click();
  await section(page).getByRole("checkbox", { name: "Wiki" }).check();
  await section(page).getByRole("checkbox", { name: "Only look" }).check();
  await generate(page, "Wall");
  await expect(section(page)).toContainText("only Wiki · only looking");
  const link = await page.getByRole("textbox", { name: "Sign-in link" }).inputValue();

  const tablet = await visitor();
  await tablet.goto(link);
  await expect(tablet.getByRole("link", { name: "Wiki" })).toBeVisible();
  await expect(tablet.getByRole("link", { name: "Sonarr" })).toHaveCount(0);
  await tablet.goto("/profile");
  await tablet.locator("#username").fill("Changed");
  await tablet.getByRole("button", { name: "Save" }).click();
  await expect(tablet.getByText("you can look here but change nothing")).toBeVisible();
  await tablet.goto("/");
  await tablet.getByRole("button", { name: "Sign out" }).click();
  await expect(tablet).toHaveURL(/\/login\?reason=signed-out$/);
});

for (const [language, locale] of [
  ["English", "en-GB"],
  ["German", "de-DE"],
] as const) {
  test.describe(language, () => {
    test.use({ locale });

    test("axe finds nothing on the pages of apps @wasm", async ({ page, latchkey, plex, watch }) => {
      test.setTimeout(120_000);
      watch.allow(/status of 400/);
      await enter(page, latchkey, plex, "attic-owner");
      await page.goto("/settings/apps");
      await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
      await expectGood(page, "no apps");
      await page.goto("/settings/proxy");
      await expectGood(page, "proxy, no apps");
      const rules = [{ path: "/api", methods: ["GET", "POST"], access: "open" }];
      await add(latchkey, plex, { name: "Sonarr", icon: "📺", host: "sonarr.home.example", who: { everyone: true }, rules });
      await add(latchkey, plex, { name: "W".repeat(60), host: `${"w".repeat(60)}.${"home".repeat(15)}.example`, path: "/wiki" });
      await page.goto("/");
      await expectGood(page, "start page");
      await page.goto("/settings/apps?url=sonarr.home.example/api/v3&method=POST");
      await expectGood(page, "list");
      await page.goto("/settings/apps/1");
      await page.locator("details.ask summary").click();
      await expectGood(page, "app");
      await page.goto("/settings/apps/new");
      await page.getByRole("textbox").first().fill(" ");
      await page.locator("button[value=save]").click();
      await expect(page.getByRole("alert")).toBeVisible();
      await expectGood(page, "app, mistakes");
      await page.goto("/settings/proxy");
      await page.locator("#upstream").fill("http://192.168.1.5:8989");
      await page.locator("#lines-proxy").selectOption("Caddy");
      await page.locator("#lines form button").click();
      await expect(page.locator("#lines textarea").last()).toHaveValue(/reverse_proxy http:\/\/192\.168\.1\.5:8989/);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.locator("#lines .copy-button").last().click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await page.locator("#lines textarea").last().inputValue());
      await expectGood(page, "proxy, lines");
      await page.locator("#test button").click();
      await expect(page.locator(".finding-bad")).toBeVisible();
      await expectGood(page, "proxy, tested");
      await page.goto("/profile");
      await page.locator("details.limits summary").click();
      await expectGood(page, "limits");
    });
  });
}
