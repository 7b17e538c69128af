// How people sign in, and where: passwords, links for a new one, a linked Plex account, signed-in devices, mail.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { ANOTHER, ZOE, enterWith, link, localOwner, mailServer, makeZoe, saveMail, sayYes, section, walk } from "../support/credentials.ts";
import { OWNER_EMAIL, OWNER_PASSWORD } from "../support/household.ts";
import { expect, test } from "../support/latchkey.ts";
import { readQr } from "../support/qr.ts";
import { fillPassword, sessionOf, whoAmI } from "../support/sign-in.ts";

test.describe("a house whose owner is local", () => {
  test.use({ setUp: "local" });

  test("somebody new signs in on two devices, changes the password, and the other one is out @postgres", async ({ page, visitor, latchkey, watch }) => {
    watch.allow(/status of 403/);
    await enterWith(page, OWNER_EMAIL, OWNER_PASSWORD, "/users");
    await page.getByRole("link", { name: "Add somebody" }).click();
    await page.getByLabel("E-mail").fill(ZOE.email);
    await page.getByLabel("Name", { exact: true }).fill(ZOE.name);
    await page.getByLabel("Password").fill(ZOE.password);
    await page.locator("main form button.button-main").click();
    await expect(page.getByRole("heading", { level: 1, name: ZOE.name })).toBeVisible();
    await expect(section(page, "devices")).toContainText("Signed in nowhere.");

    const [phone, tablet] = [await visitor(), await visitor()];
    for (const device of [phone, tablet]) await enterWith(device, ZOE.email, ZOE.password);
    await phone.reload();
    await expect(section(phone, "devices").locator(".device")).toHaveCount(2);
    const form = section(phone, "password").locator("form");
    const change = async (present: string, password: string) => {
      await form.getByLabel("Present password").fill(present);
      await form.getByLabel("New password").fill(password);
      await form.getByRole("button", { name: "Change password" }).click();
    };
    await change("wrong wrong", ANOTHER);
    await expect(phone.getByRole("alert")).toHaveText(/not your present password/);
    await expect(form.getByLabel("Present password"), "a mistake is where one goes on").toBeFocused();
    expect(await whoAmI(tablet, latchkey), "nothing happened yet").not.toBeNull();
    await change(ZOE.password, ANOTHER);
    await expect(section(phone, "password").getByRole("status")).toHaveText(/all other devices are signed out/);
    await expect(section(phone, "devices").locator(".device")).toHaveCount(1);
    await tablet.reload();
    await expect(tablet).toHaveURL(/\/login\?returnTo=%2Fprofile$/);
    await fillPassword(tablet, ZOE.email, ZOE.password);
    await expect(tablet.getByRole("alert")).toContainText("don't go together");
    await fillPassword(tablet, ZOE.email, ANOTHER);
    await expect(tablet).toHaveURL(/\/profile$/);
    await expect(async () => {
      await tablet.reload();
      await expect(section(tablet, "sign-ins").locator("li")).toHaveCount(3, { timeout: 100 });
    }, "sign-ins are written down once a second").toPass();
    await expect(section(tablet, "sign-ins")).toContainText("With the password");
  });

  test("one device is signed out, and then all others", async ({ page, visitor, latchkey }) => {
    await makeZoe(latchkey, await localOwner(latchkey));
    const [tablet, laptop] = [await visitor({ userAgent: "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18.0 Safari/604.1" }), await visitor()];
    for (const device of [tablet, laptop, page]) await enterWith(device, ZOE.email, ZOE.password);
    const list = section(page, "devices").locator(".device");
    await expect(list).toHaveCount(3);
    const mine = list.filter({ hasText: "This device" });
    await expect(mine).toHaveCount(1);
    await expect(mine.getByRole("button"), "nobody signs themselves out by mistake").toHaveCount(0);
    await page.getByRole("button", { name: "Sign out Safari on iPad" }).click();
    await expect(section(page, "devices").getByRole("status")).toHaveText("The device is signed out.");
    await expect(list).toHaveCount(2);
    expect(await whoAmI(tablet, latchkey)).toBeNull();
    expect(await whoAmI(laptop, latchkey)).not.toBeNull();
    await sayYes(section(page, "devices"));
    await expect(list).toHaveCount(1);
    expect(await whoAmI(laptop, latchkey)).toBeNull();
    expect(await whoAmI(page, latchkey)).not.toBeNull();
    await expect(section(page, "devices").locator("summary"), "there are no others").toHaveCount(0);
  });

  test("a link for a new password works once, whatever the page looks like", async ({ page, visitor, latchkey, watch, javaScriptEnabled }) => {
    watch.allow(/status of 40[04]/);
    const id = await makeZoe(latchkey, await localOwner(latchkey));
    const zoe = await visitor();
    await enterWith(zoe, ZOE.email, ZOE.password);
    await enterWith(page, OWNER_EMAIL, OWNER_PASSWORD, `/users/${id}`);
    await page.getByRole("button", { name: "Make a link" }).click();
    await expect(page.getByRole("heading", { name: `A link for ${ZOE.name}` })).toBeVisible();
    const to = await page.getByLabel("Link", { exact: true }).inputValue();
    expect(to.startsWith(`${latchkey.url}/login/reset/`)).toBe(true);
    expect(page.url(), "no link in the address").toBe(`${latchkey.url}/users/${id}#link-heading`);
    expect(await readQr(page.getByRole("img", { name: /QR code/ }))).toBe(to);
    const copy = page.getByRole("button", { name: "Copy link" });
    if (javaScriptEnabled === false) await expect(copy).toHaveCount(0);
    else await expect(copy).toBeVisible();
    await page.getByRole("link", { name: "Done" }).click();
    expect(await page.content(), "shown once").not.toContain(to);

    const phone = await visitor();
    await phone.goto(to);
    await expect(phone.getByText(ZOE.email)).toBeVisible();
    for (const button of ["Dark", "Deutsch", "English"]) {
      await phone.getByRole("button", { name: button }).click();
      await expect(phone, `after ${button}`).toHaveURL(to);
    }
    await expect(phone.locator("html")).toHaveAttribute("data-theme", "dark");
    await phone.getByLabel("New password").fill("password1");
    await phone.getByRole("button", { name: "Save password" }).click();
    await expect(phone.getByRole("alert")).toContainText("among the first");
    await phone.getByLabel("New password").fill(ANOTHER);
    await phone.getByRole("button", { name: "Save password" }).click();
    await expect(phone.getByRole("status")).toContainText("Your new password is saved.");
    expect(await whoAmI(zoe, latchkey), "all devices are out").toBeNull();
    await fillPassword(phone, ZOE.email, ANOTHER);
    await expect(phone).toHaveURL(`${latchkey.url}/`);
    await phone.goto(to);
    await expect(phone.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  });

  test("the owner sets up mail, and whoever forgot the password gets a letter", async ({ page, visitor, latchkey, watch }) => {
    watch.allow(/status of (400|502)/);
    await makeZoe(latchkey, await localOwner(latchkey));
    const zoe = await visitor();
    await zoe.goto("/login");
    await expect(zoe.getByRole("link", { name: "Forgot your password?" })).toHaveCount(0);
    await enterWith(page, OWNER_EMAIL, OWNER_PASSWORD, "/settings");
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "E-mail" }).click();
    await expect(page.getByText("No mail is sent from here.")).toBeVisible();
    await page.locator("#port").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("#host-mistake")).toBeVisible();
    await expect(page.locator("#port-mistake")).toBeVisible();

    const mail = await mailServer();
    await saveMail(page, mail.port);
    await page.getByRole("button", { name: "Send a test mail" }).click();
    await expect(page.locator("#test").getByRole("status")).toContainText(`on its way to ${OWNER_EMAIL}`);
    expect(mail.letters).toHaveLength(1);

    await zoe.goto("/login");
    const fold = zoe.locator("details", { has: zoe.getByLabel("Password", { exact: true }) });
    await fold.locator("summary").first().click();
    await zoe.getByRole("link", { name: "Forgot your password?" }).click();
    await zoe.getByLabel("E-mail").fill(ZOE.email);
    await zoe.getByRole("button", { name: "Send the link" }).click();
    await expect(zoe.getByRole("heading", { name: "Look at your mail" })).toBeVisible();
    await expect.poll(() => mail.letters.length).toBe(2);
    const letter = mail.letters[1]!;
    expect(letter).toContain(`To: ${ZOE.email}`);
    const to = letter.match(/http:\S+\/login\/reset\/[0-9a-f-]{36}/)![0];
    await zoe.goto(to);
    await zoe.getByLabel("New password").fill(ANOTHER);
    await zoe.getByRole("button", { name: "Save password" }).click();
    await fillPassword(zoe, ZOE.email, ANOTHER);
    await expect(zoe).toHaveURL(`${latchkey.url}/`);

    mail.close();
    await page.getByRole("button", { name: "Send a test mail" }).click();
    await expect(page.locator("#test").getByRole("alert")).toContainText("can't be reached");
    await page.goto("/settings/email");
    await sayYes(page.locator("section", { has: page.locator("#off-heading") }));
    await expect(page.getByText("No mail is sent from here.")).toBeVisible();
    await page.goto("/activity");
    await expect(page.getByText("changed the setting “E-mail”").first()).toBeVisible();
  });

  for (const locale of ["en-US", "de-DE"]) {
    test.describe(locale, () => {
      test.use({ locale });

      // Without JavaScript the pages are the same.
      test(`axe finds nothing, and everything fits, ${locale} @wasm`, async ({ page, visitor, latchkey, watch }) => {
        test.setTimeout(180_000);
        watch.allow(/status of (400|403|404|502)/);
        await walk({ page, visitor: () => visitor({ locale }), latchkey, look: (page, where) => expectGood(page, where) });
      });
    });
  }
});

test("a Plex account is linked, signs in, and is unlinked", async ({ page, visitor, latchkey, plex, watch, javaScriptEnabled }) => {
  watch.allow(/status of 40[03]/);
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const id = await makeZoe(latchkey, owner);
  await enterWith(page, ZOE.email, ZOE.password);
  const plexSection = section(page, "plex");
  await expect(plexSection).toContainText("No Plex account is linked.");
  // Somebody else's: twice, from the very page that says so.
  for (let time = 0; time < 2; time++) {
    await link(page, plex, javaScriptEnabled, "attic-owner");
    await expect(plexSection.getByRole("alert")).toContainText("belongs to somebody else here");
    await expect(plexSection.getByRole("alert")).toBeFocused();
  }
  await link(page, plex, javaScriptEnabled, "anna");
  await expect(plexSection.getByRole("status")).toHaveText("Your Plex account is linked.");
  await expect(plexSection).toContainText("Linked to anna");
  expect((await whoAmI(page, latchkey)).id, "it is still Zoe").toBe(id);

  const tablet = await visitor();
  const session = await sessionOf(latchkey, plex, "anna");
  await tablet.context().addCookies([{ name: session.split("=")[0]!, value: session.split(/=(.*)/s)[1]!, url: latchkey.url }]);
  expect((await whoAmI(tablet, latchkey)).id, "Anna's Plex account signs Zoe in").toBe(id);
  await page.goto("/profile");
  await sayYes(plexSection);
  await expect(plexSection.getByRole("status")).toHaveText("The Plex account is unlinked.");
  expect(await whoAmI(tablet, latchkey), "what signed in with it is out").toBeNull();
  expect(await whoAmI(page, latchkey)).not.toBeNull();
  await page.reload();
  await expect(plexSection).toContainText("No Plex account is linked.");
});

test("who only has Plex is told what to do first", async ({ page, latchkey, plex }) => {
  const session = await sessionOf(latchkey, plex, "anna");
  await page.context().addCookies([{ name: session.split("=")[0]!, value: session.split(/=(.*)/s)[1]!, url: latchkey.url }]);
  await page.goto("/profile");
  await expect(section(page, "plex")).toContainText("To unlink it, set a password first");
  await expect(section(page, "plex").locator("form")).toHaveCount(0);
  const form = section(page, "password").locator("form");
  await expect(form.getByLabel("Present password"), "there is none yet").toHaveCount(0);
  await form.getByLabel("New password").fill(ANOTHER);
  await form.getByRole("button", { name: "Set password" }).click();
  await expect(section(page, "plex").locator("summary")).toHaveText("Unlink");
});

/** axe in both themes; and nothing that a phone would have to scroll sideways for. */
async function expectGood(page: Page, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await (colorScheme === "light" ? axe : axe.withRules(["color-contrast"])).analyze();
    const said = violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`);
    expect.soft(said, `${where}, ${colorScheme}`).toEqual([]);
  }
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 700 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wide, `${where} at 320 px`).toBe(0);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, summary, select, main input:not([type=hidden]), a.button, .otherwise a")]
      .filter((element) => element.checkVisibility())
      .filter((element) => (element.closest(".choice, .tick") ?? element).getBoundingClientRect().height < 44)
      .map((element) => element.outerHTML.slice(0, 100)),
  );
  expect.soft(small, `${where}: too small for a finger`).toEqual([]);
  await page.setViewportSize(size);
}
