// Everything that has to work with JavaScript switched off.
import { OWNER_EMAIL, OWNER_PASSWORD } from "../support/household.ts";
import { expect, test } from "../support/latchkey.ts";
import {
  approvalParams,
  approveWithoutScript,
  askWithoutScript,
  fillPassword,
  newestPin,
  plexButton,
  signInWithoutScript,
  whoAmI,
} from "../support/sign-in.ts";

test.describe("with Plex @nojs", () => {
  test("the form leads to Plex in this tab, and back in", async ({ page, latchkey, plex }) => {
    await page.goto("/login?returnTo=/profile%3Fx%3D%2520y");
    // Playwright's text selectors skip <noscript>.
    const warning = page.locator("noscript p");
    await expect(warning).toContainText("Plex may show a red security notice about another device.");
    await expect(warning).toBeVisible();
    await plexButton(page).click();
    await page.waitForURL(`${plex.url}/auth**`);

    const params = approvalParams(page);
    expect(params.get("forwardUrl")).toBe(`${latchkey.url}/login/plex/return`);
    expect(params.get("context[device][product]")).toBe("Latchkey");
    expect(new URL(page.url()).search, "nothing reaches Plex's logs").toBe("");
    const pin = await newestPin(plex);
    expect(pin.code).toBe(params.get("code"));
    expect(pin.origin, "Plex would not send the tab back without it").toBe(latchkey.url);

    await approveWithoutScript(page, plex, "anna");
    await expect(page).toHaveURL(`${latchkey.url}/profile?x=%20y`);
    expect(await whoAmI(page, latchkey)).toMatchObject({ email: "anna@example.test" });
    expect((await newestPin(plex)).claimedReads).toBe(1);
  });

  for (const [account, sentence] of [
    ["stranger", "You're signed in to Plex as stranger, and that account has no access to Attic."],
    ["paul", "Your invitation to Attic is waiting. Accept it in Plex, then come back."],
    ["kid", "Managed Plex profiles can't sign in here."],
  ] as const) {
    test(`${account} does not come in`, async ({ page, latchkey, plex }) => {
      await askWithoutScript(page, plex, account);
      await expect(page.getByRole("heading", { name: "Not signed in" })).toBeVisible();
      await expect(page.getByRole("alert")).toContainText(sentence);
      expect(await whoAmI(page, latchkey)).toBeNull();
      await page.getByRole("link", { name: "Try again" }).click();
      await expect(page).toHaveURL(`${latchkey.url}/login`);
      await signInWithoutScript(page, plex, "marlow");
      await expect(page).toHaveURL(`${latchkey.url}/`);
    });
  }

  test("back too early: the page asks again by itself", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    await plexButton(page).click();
    await page.waitForURL(`${plex.url}/auth**`);
    const code = approvalParams(page).get("code");
    await page.goto("/login/plex/return");
    await expect(page.getByRole("heading", { name: "One moment…" })).toBeVisible();
    await plex.order("approve", { code, account: "anna" });
    await expect(page).toHaveURL(`${latchkey.url}/`);
  });

  test("the return page by hand, the PIN over, and Plex away", async ({ page, latchkey, plex, watch }) => {
    await page.goto("/login/plex/return");
    await expect(page.getByRole("alert")).toContainText("The Plex sign-in ran out of time.");
    await page.getByRole("link", { name: "Start again" }).click();
    await plexButton(page).click();
    await page.waitForURL(`${plex.url}/auth**`);
    await plex.order("expire", { code: approvalParams(page).get("code") });
    await page.goto("/login/plex/return");
    await expect(page.getByRole("alert")).toContainText("The Plex sign-in ran out of time.");

    watch.allow(/status of 5\d\d/);
    await plex.order("switches", { faults: [{ path: "/api/v2/pins", answer: { status: 503 } }] });
    await page.getByRole("link", { name: "Start again" }).click();
    await plexButton(page).click();
    await expect(page).toHaveURL(`${latchkey.url}/login?reason=pin-not-made`);
    await expect(page.getByRole("alert")).toContainText("Plex isn't answering right now. Nothing is wrong with your account.");
  });

  test("Plex fails after the approval, and recovers", async ({ page, latchkey, plex }) => {
    await page.goto("/login");
    await plexButton(page).click();
    await page.waitForURL(`${plex.url}/auth**`);
    await plex.order("switches", { faults: [{ path: "/api/v2/user", answer: { status: 502 } }] });
    await approveWithoutScript(page, plex, "anna");
    await expect(page.locator("noscript p")).toContainText("Plex isn't answering right now.");
    await plex.order("switches", { faults: [] });
    await expect(page).toHaveURL(`${latchkey.url}/`);
  });
});

test.describe("with a password", () => {
  test.use({ setUp: "local" });

  test("the right one leads in, to the page that was asked for", async ({ page, latchkey }) => {
    await page.goto("/profile");
    await page.getByText("Use a password").click();
    await fillPassword(page, OWNER_EMAIL, OWNER_PASSWORD);
    await expect(page).toHaveURL(`${latchkey.url}/profile`);
    await expect(page.getByRole("heading", { name: "Robin" })).toBeVisible();
    await expect(page.locator("dl").first()).toContainText("Not linked");
  });

  test("a wrong one is said once, whoever it is", async ({ page, watch }) => {
    watch.allow(/status of 403/);
    await page.goto("/login?returnTo=/profile");
    for (const [email, password] of [
      [OWNER_EMAIL, "wrong wrong wrong"],
      ["nobody@attic.test", OWNER_PASSWORD],
    ] as const) {
      await fillPassword(page, email, password);
      await expect(page.getByRole("alert")).toHaveText("That e-mail and password don't go together.");
      await expect(page.getByLabel("E-mail")).toHaveValue(email);
      await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
      await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    }
    await fillPassword(page, OWNER_EMAIL.toUpperCase(), OWNER_PASSWORD);
    await expect(page, "the target is kept through all of it").toHaveURL(/\/profile$/);
  });

  test("guessing ends after ten tries", async ({ page, latchkey, watch }) => {
    watch.allow(/status of 429/);
    const guesses = Array.from({ length: 10 }, (_, guess) =>
      latchkey.api("POST", "/auth/local", { email: OWNER_EMAIL, password: `guess number ${guess}` }),
    );
    for (const answer of await Promise.all(guesses)) expect(answer.status).toBe(403);
    await page.goto("/login");
    await fillPassword(page, OWNER_EMAIL, OWNER_PASSWORD);
    await expect(page.getByRole("alert")).toHaveText(/^Too many tries\. Wait \d+ seconds\.$/);
  });

  test("odd input does no harm", async ({ page, watch }) => {
    watch.allow(/status of 4\d\d/);
    await page.goto("/login");
    const odd = `"><script>alert(1)</script>🗝\u{202e}@x.test`;
    await page.locator(`form[action="/login/password"]`).evaluate((form: HTMLFormElement) => (form.noValidate = true));
    await fillPassword(page, odd, "🗝".repeat(40));
    await expect(page.getByRole("alert")).toHaveText("That e-mail and password don't go together.");
    // An e-mail field drops nothing of this.
    await expect(page.getByLabel("E-mail")).toHaveValue(odd);
  });
});
