// Not a test: `make screenshots` takes pictures of the main pages. All of them go to target/screenshots, a few of them to
// docs/screenshots.
import type { Page } from "@playwright/test";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { walk } from "../support/credentials.ts";
import { expect, test } from "../support/latchkey.ts";
import { approve, island, openPlex, signIn } from "../support/sign-in.ts";
import { householdTour } from "../support/household-tour.ts";
import { tour } from "../support/tour.ts";

const root = resolve(import.meta.dirname ?? ".", "../..");
const everything = resolve(root, "target/screenshots");
const shrink = resolve(root, "end2end/support/shrink-png.py");
const shown = resolve(root, "docs/screenshots");

const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  laptop: { width: 1440, height: 900 },
} as const;

/** The pictures that are kept in the repository: page, size and theme, and what the file is called there. */
const KEPT: Record<string, string> = {
  "login-laptop-dark": "login-laptop-dark",
  "login-phone-light": "login-phone-light",
  "waiting-laptop-light": "waiting-laptop-light",
  "refused-phone-dark": "refused-phone-dark",
  "setup-server-tablet-light": "setup-tablet-light",
  "home-laptop-light": "home-laptop-light",
  "profile-phone-dark": "profile-phone-dark",
  "404-phone-light": "404-phone-light",
  "profile-with-tokens-tablet-light": "profile-tokens-tablet-light",
  "pair-tablet-dark": "pair-tablet-dark",
};

/** This page in every size and both themes. */
async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(everything, { recursive: true });
  mkdirSync(shown, { recursive: true });
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const file = `${name}-${size}-${colorScheme}`;
      const image = { animations: "disabled", caret: "hide", fullPage: size === "phone" } as const;
      await page.screenshot({ ...image, path: `${everything}/${file}.png` });
      if (file in KEPT) {
        const ran = spawnSync(shrink, [`${everything}/${file}.png`, `${shown}/${KEPT[file]}.png`], { encoding: "utf8" });
        expect(ran.status, ran.stderr).toBe(0);
      }
    }
  }
}

test("pages of a house @screenshots", async ({ page, watch }) => {
  test.setTimeout(300_000);
  watch.allow(/status of 40[34]/);
  await page.goto("/login");
  await shoot(page, "login");
  await page.getByText("Use a password").click();
  await shoot(page, "login-password");
  await page.getByLabel("E-mail").fill("robin@attic.test");
  await page.getByLabel("Password", { exact: true }).fill("wrong wrong wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await shoot(page, "login-wrong");
  await page.goto("/login");
  const popup = await openPlex(page);
  await expect(island(page)).toHaveAttribute("data-state", "waiting");
  await page.bringToFront();
  await shoot(page, "waiting");
  await approve(popup, "stranger");
  await expect(island(page)).toHaveAttribute("data-state", "stopped");
  await shoot(page, "refused");
  await page.goto("/nowhere");
  await shoot(page, "404");
  await page.goto("/login/plex/return");
  await shoot(page, "return-over");
  await page.setViewportSize(SIZES.laptop);
  await signIn(page, "attic-owner");
  await shoot(page, "home");
  await page.goto("/profile");
  await shoot(page, "profile");
  await page.goto("/setup/done");
  await page.context().clearCookies();
  await page.setViewportSize(SIZES.laptop);
  await signIn(page, "anna");
  await shoot(page, "home-member");
});

test("devices and people @screenshots", async ({ page, visitor, latchkey, plex, watch }) => {
  test.setTimeout(600_000);
  await tour({ page, visitor, latchkey, plex, watch, javaScriptEnabled: true, look: (page, where) => shoot(page, where) });
});

for (const language of ["en", "de"] as const) {
  test(`people, settings and activity, ${language} @screenshots`, async ({ page, latchkey, plex, watch }) => {
    test.setTimeout(600_000);
    const look = (page: Page, where: string) => shoot(page, `${language}-${where}`);
    await householdTour({ page, latchkey, plex, watch, language, look });
  });
}
test.describe("a house whose owner is local", () => {
  test.use({ setUp: "local" });

  test("passwords, devices and mail @screenshots", async ({ page, visitor, latchkey, watch }) => {
    test.setTimeout(600_000);
    watch.allow(/status of (400|403|404|502)/);
    await walk({ page, visitor, latchkey, look: (page, where) => shoot(page, where) });
  });
});

test("waiting without a window @screenshots", async ({ page }) => {
  test.setTimeout(300_000);
  await page.clock.install();
  await page.addInitScript(() => (window.open = () => null));
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in with Plex" }).click();
  await expect(page.getByRole("button", { name: "Continue in this tab" })).toBeVisible();
  await shoot(page, "blocked");
});

test.describe("the set-up", () => {
  test.use({ setUp: "none" });

  test("its pages @screenshots", async ({ page, latchkey }) => {
    test.setTimeout(300_000);
    await page.goto("/setup");
    await shoot(page, "setup-code");
    await page.getByLabel("Set-up code").fill(latchkey.setupCode);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.waitForURL("**/setup/owner");
    await shoot(page, "setup-owner");
    await page.setViewportSize(SIZES.laptop);
    await approve(await openPlex(page), "twin-owner");
    await page.waitForURL("**/setup/server");
    await shoot(page, "setup-server");
    await page.getByRole("radio", { name: "Cellar" }).check();
    await page.getByRole("button", { name: "Use this one" }).click();
    await shoot(page, "setup-done");
  });
});
