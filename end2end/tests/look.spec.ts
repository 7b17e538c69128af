// That everybody can use the pages: keyboard, small screens, zoom, little motion, and axe on every page and state, in both
// themes and both languages.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { OWNER_EMAIL } from "../support/household.ts";
import { expect, test } from "../support/latchkey.ts";
import { householdTour } from "../support/household-tour.ts";
import { approve, enter, fillPassword, island, openPlex, plexButton } from "../support/sign-in.ts";
import { tour } from "../support/tour.ts";

const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** axe in both themes; in the second one only what the theme can change. */
async function expectAccessible(page: Page, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Without frames the old way finds the same, and needs no page of its own.
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await (colorScheme === "light" ? axe.withTags(AXE_TAGS) : axe.withRules(["color-contrast"])).analyze();
    const said = violations.map(
      (violation) => `${violation.id}: ${violation.help}\n  ${violation.nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n  ")}`,
    );
    expect.soft(said, `${where}, ${colorScheme}`).toEqual([]);
  }
}

/** The same of this address for a reader of German, beside what is there; folds are open. It fits on a small screen, too. */
async function expectAccessibleInBoth(page: Page, where: string): Promise<void> {
  await expectAccessible(page, where);
  const german = await page.context().newPage();
  await german.setViewportSize({ width: 320, height: 640 });
  await page.context().addCookies([{ name: "latchkey.language", value: "de", url: new URL("/", page.url()).href }]);
  await german.goto(page.url());
  await page.context().clearCookies({ name: "latchkey.language" });
  await expect(german.locator("html")).toHaveAttribute("lang", "de");
  await german.locator("details").evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute("open", "")));
  await expectAccessible(german, `${where}, in German`);
  await expectFits(german, `${where}, in German`);
  await expectTargets(german, `${where}, in German`);
  await german.close();
}

/** Nothing to scroll sideways to, and nothing cut off. */
async function expectFits(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const over = [...document.querySelectorAll("body *")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && box.right > width + 0.5 && getComputedStyle(element).position !== "absolute";
    });
    return { scroll: document.documentElement.scrollWidth - width, over: over.map((element) => element.outerHTML.slice(0, 80)) };
  });
  expect.soft(wide, where).toEqual({ scroll: 0, over: [] });
}

/** Everything that can be pressed is big enough for a finger. */
async function expectTargets(page: Page, where: string): Promise<void> {
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, summary, select, input:not([type=hidden]), a.button, nav a, a.brand, .people a, .back a, .otherwise a")]
      .filter((element) => element.checkVisibility())
      .map((element) => {
        const box = (element.closest(".choice, .tick") ?? element).getBoundingClientRect();
        return { what: element.outerHTML.slice(0, 80), height: Math.round(box.height) };
      })
      .filter((target) => target.height < 44),
  );
  expect.soft(small, where).toEqual([]);
}

test.describe("a set-up house", () => {
  test("axe finds nothing on the pages @wasm", async ({ page, latchkey, plex, watch }) => {
    test.slow();
    watch.allow(/status of 40[0345]/);
    await page.goto("/login");
    await expectAccessibleInBoth(page, "sign-in");
    await page.getByText("Use a password").click();
    await expectAccessibleInBoth(page, "sign-in, the password form open");
    await fillPassword(page, OWNER_EMAIL, "wrong wrong wrong");
    await expectAccessibleInBoth(page, "sign-in, wrong password");
    await page.goto("/login/plex/return");
    await expectAccessibleInBoth(page, "return page, over");
    await page.goto("/login?reason=signed-out");
    await expectAccessibleInBoth(page, "signed out");
    await page.goto("/nowhere");
    await expectAccessibleInBoth(page, "404");
    await enter(page, latchkey, plex, "attic-owner");
    await page.goto("/");
    await expectAccessibleInBoth(page, "the owner's start page");
    await page.goto("/profile");
    await expectAccessibleInBoth(page, "account");
    await enter(page, latchkey, plex, "anna");
    await page.goto("/");
    await expectAccessibleInBoth(page, "a member's start page");
    await page.goto("/setup/done");
    await expectAccessibleInBoth(page, "403");
  });

  test("axe finds nothing on the pages of devices and people @wasm", async ({ page, visitor, latchkey, plex, watch, javaScriptEnabled }) => {
    // Four looks at each of forty states.
    test.setTimeout(420_000);
    await tour({ page, visitor, latchkey, plex, watch, javaScriptEnabled, look: (page, where) => expectAccessibleInBoth(page, where) });
  });

  for (const language of ["en", "de"] as const) {
    test(`axe finds nothing on the pages of people, settings and activity, which fit on a small screen, ${language} @wasm`, async ({
      page,
      latchkey,
      plex,
      watch,
    }) => {
      test.setTimeout(240_000);
      await page.setViewportSize({ width: 320, height: 640 });
      const look = async (page: Page, where: string) => {
        await expectFits(page, where);
        await expectTargets(page, where);
        await expectAccessible(page, where);
      };
      await householdTour({ page, latchkey, plex, watch, language, look });
    });
  }

  test("axe finds nothing in the states of the button @wasm", async ({ page, plex, watch }) => {
    watch.allow(/status of 503/);
    await page.clock.install();
    await page.addInitScript(() => {
      const open = window.open.bind(window);
      window.open = (...words) => (location.hash === "#blocked" ? null : open(...words));
    });
    await page.goto("/login");
    const popup = await openPlex(page);
    await expect(island(page)).toHaveAttribute("data-state", "waiting");
    await expectAccessible(page, "waiting");
    await page.clock.fastForward(20_000);
    await expect(page.getByText("Taking a while?")).toBeVisible();
    await expectAccessible(page, "waiting for long");
    await approve(popup, "stranger");
    await expect(island(page)).toHaveAttribute("data-state", "stopped");
    await expectAccessible(page, "refused");
    await page.goto("/login#blocked");
    await page.reload();
    await plexButton(page).click();
    await expect(page.getByRole("button", { name: "Continue in this tab" })).toBeVisible();
    await expectAccessible(page, "blocked");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.route(`${plex.url}/api/v2/pins*`, (route) => route.fulfill({ status: 503 }));
    await plexButton(page).click();
    await expect(island(page)).toHaveAttribute("data-state", "stopped");
    await expectAccessible(page, "no PIN");
    await page.goto("/login/plex/return?window=plex");
    await expectAccessible(page, "the Plex window");
  });

  test("by keyboard alone, and the focus is always to be seen @wasm", async ({ page, latchkey }) => {
    await page.goto("/login");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
    await expect(page.getByRole("link", { name: "Skip to the content" })).toBeInViewport();
    await page.keyboard.press("Tab");
    await expect(plexButton(page)).toBeFocused();
    const outline = await plexButton(page).evaluate((button) => getComputedStyle(button).outlineStyle + getComputedStyle(button).outlineWidth);
    expect(outline).toMatch(/^solid[2-9]px$/);

    const opened = page.waitForEvent("popup");
    await page.keyboard.press("Enter");
    const popup = await opened;
    await expect(page.getByRole("status").first(), "what happens now is read out").toBeFocused();
    await popup.locator("#deny").waitFor();
    await page.bringToFront();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: /check now/ })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
    await page.keyboard.press("Space");
    await expect(plexButton(page), "back where it began").toBeFocused();

    const again = page.waitForEvent("popup");
    await page.keyboard.press("Space");
    const second = await again;
    const anna = second.locator("button[data-account=anna]");
    await anna.waitFor();
    await anna.focus();
    await second.keyboard.press("Enter");
    await expect(page).toHaveURL(`${latchkey.url}/`);
  });
});

test.describe("a house with a local owner", () => {
  test.use({ setUp: "local" });

  test("the password form by keyboard alone", async ({ page, latchkey }) => {
    await page.goto("/login");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await expect(page.locator("summary")).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type(OWNER_EMAIL);
    await page.keyboard.press("Tab");
    await page.keyboard.type("correct horse battery");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${latchkey.url}/`);
  });
});

test.describe("the set-up", () => {
  test.use({ setUp: "none" });

  test("axe finds nothing, and it fits on a small screen @wasm", async ({ page, latchkey, watch }) => {
    watch.allow(/status of 40[03]/);
    await page.setViewportSize({ width: 320, height: 640 });
    const look = async (where: string) => {
      await expectFits(page, where);
      await expectTargets(page, where);
      await expectAccessibleInBoth(page, where);
    };
    await page.goto("/setup");
    await look("set-up");
    await page.getByLabel("Set-up code").fill("wrong");
    await page.getByRole("button", { name: "Go on" }).click();
    await look("wrong code");
    await page.getByLabel("Set-up code").fill(latchkey.setupCode);
    await page.getByRole("button", { name: "Go on" }).click();
    await look("owner");
    await approve(await openPlex(page), "twin-owner");
    await page.waitForURL("**/setup/server");
    await look("server");
    await page.getByRole("radio", { name: "Cellar" }).check();
    await page.getByRole("button", { name: "Use this one" }).click();
    await look("done");
  });
});

for (const [what, viewport, deviceScaleFactor] of [
  ["320 pixels", { width: 320, height: 568 }, 2],
  // What a laptop's browser has left at 200 %.
  ["zoom of 200 %", { width: 640, height: 400 }, 2],
] as const) {
  test.describe(what, () => {
    test.use({ viewport, deviceScaleFactor });

    test("nothing scrolls sideways, everything is big enough", async ({ page, latchkey, plex, javaScriptEnabled, watch }) => {
      watch.allow(/status of 40[34]/);
      const look = async (where: string) => {
        await expectFits(page, where);
        await expectTargets(page, where);
      };
      await page.goto("/login");
      await look("sign-in");
      await page.getByText("Use a password").click();
      await look("sign-in, password");
      await fillPassword(page, `${"long".repeat(15)}@${"example".repeat(8)}.test`, "wrong wrong wrong");
      await look("sign-in, wrong password");
      if (javaScriptEnabled !== false) {
        await page.goto("/login");
        const popup = await openPlex(page);
        await expect(island(page)).toHaveAttribute("data-state", "waiting");
        await look("waiting");
        await approve(popup, "stranger");
        await expect(island(page)).toHaveAttribute("data-state", "stopped");
        await look("refused");
      }
      await page.goto(`/${"nowhere".repeat(20)}`);
      await look("404");
      await enter(page, latchkey, plex, "anna");
      await page.goto("/");
      await look("start page");
      await page.goto("/profile");
      await look("account");
    });

    test("nor on the pages of devices and people", async ({ page, visitor, latchkey, plex, watch, javaScriptEnabled }) => {
      test.setTimeout(120_000);
      const look = async (page: Page, where: string) => {
        await expectFits(page, where);
        await expectTargets(page, where);
      };
      await tour({ page, visitor: () => visitor({ viewport, deviceScaleFactor }), latchkey, plex, watch, javaScriptEnabled, look });
    });
  });
}

test("who wants little motion gets little @wasm", async ({ page }) => {
  const turning = () =>
    island(page)
      .locator(".status")
      .evaluate((status) => {
        const style = getComputedStyle(status, "::before");
        return style.animationIterationCount === "infinite" && Number.parseFloat(style.animationDuration) > 0.1;
      });
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.goto("/login");
  await openPlex(page);
  await expect(island(page)).toHaveAttribute("data-state", "waiting");
  expect(await turning()).toBe(true);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await turning()).toBe(false);
});
