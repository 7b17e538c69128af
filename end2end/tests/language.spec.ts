// Every reader in their language: by their setting, their choice in this browser, what the browser asks for.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/latchkey.ts";
import { approve, enter, island } from "../support/sign-in.ts";

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
  await page.setViewportSize(size);
}

test.describe("a browser that asks for German", () => {
  test.use({ locale: "de-DE" });

  test("the Plex button says each of its states in German @wasm", async ({ page }) => {
    await page.goto("/login");
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Mit Plex anmelden" }).click();
    const popup = await opened;
    await popup.locator("#deny").waitFor();
    await expect(island(page)).toContainText("Warte auf deine Zustimmung im Plex-Fenster");
    await expect(page.getByRole("button", { name: "Ich habe zugestimmt – jetzt prüfen" })).toBeVisible();
    await expectGood(page, "waiting");
    await approve(popup, "stranger");
    await expect(island(page)).toHaveAttribute("data-state", "stopped");
    await expect(island(page)).toContainText("dieses Konto hat keinen Zugang zu Attic.");
    await expect(island(page).locator("b").filter({ hasText: "Attic" }).first()).toBeAttached();
    await expectGood(page, "refused");
  });

  test("pages and errors are German", async ({ page, latchkey, plex, watch }) => {
    watch.allow(/status of 40[034]/);
    for (const [path, heading] of [
      ["/login", /./],
      ["/pair", "Dieses Gerät einrichten"],
      ["/nowhere", "Hier ist nichts"],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    }
    await enter(page, latchkey, plex, "attic-owner");
    for (const [path, heading] of [
      ["/", /^Hallo, /],
      ["/profile", "Dein Konto"],
      ["/users", "Personen"],
      ["/users/new", "Jemanden hinzufügen"],
      ["/users/explain", "Warum kann sich jemand nicht anmelden?"],
      ["/settings", "Einstellungen"],
      ["/activity", "Aktivität"],
      ["/pair/approve", "Ein Tablet einrichten"],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    }
    const answer = await page.request.post("/api/v1/auth/token", { data: { token: "" }, headers: { "Accept-Language": "de" } });
    expect((await answer.json()).message).toBe("Sende das Anmeldetoken als token.");
  });
});

test("a choice in the footer stays with the browser, and with whoever is signed in", async ({ page, visitor, latchkey, plex }) => {
  await page.goto("/login?returnTo=%2Fprofile");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page).toHaveURL(/returnTo=%2Fprofile$/);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");

  await enter(page, latchkey, plex, "anna");
  await page.goto("/");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  const other = await visitor();
  await enter(other, latchkey, plex, "anna");
  await other.goto("/");
  await expect(other.locator("html"), "her own setting goes with her").toHaveAttribute("lang", "de");
  await other.getByRole("button", { name: "English" }).click();
  await expect(other.locator("html")).toHaveAttribute("lang", "en");
});
