// The first start: code, owner, media server, done.
import type { Page } from "@playwright/test";
import { OWNER_EMAIL, OWNER_PASSWORD } from "../support/household.ts";
import { expect, test, type Latchkey } from "../support/latchkey.ts";
import {
  approve,
  approveWithoutScript,
  fillPassword,
  island,
  openPlex,
  plexButton,
  signIn,
  signInAs,
  whoAmI,
} from "../support/sign-in.ts";

test.use({ setUp: "none" });

async function enterCode(page: Page, code: string): Promise<void> {
  await page.goto("/setup");
  await page.getByLabel("Set-up code").fill(code);
  await page.getByRole("button", { name: "Go on" }).click();
}

async function makeLocalOwner(page: Page, latchkey: Latchkey): Promise<void> {
  await enterCode(page, latchkey.setupCode);
  await page.getByLabel("E-mail").fill(OWNER_EMAIL);
  await page.getByLabel("Name").fill("Robin");
  await page.getByLabel("Password", { exact: true }).fill(OWNER_PASSWORD);
  await page.getByRole("button", { name: "Make this account the owner" }).click();
  await page.waitForURL("**/setup/server");
}

/** The owner's step with Plex, whichever way the project allows. */
async function makePlexOwner(page: Page, latchkey: Latchkey, plex: any, javaScript: boolean | undefined, account: any) {
  await enterCode(page, latchkey.setupCode);
  if (javaScript === false) {
    await plexButton(page).click();
    await page.waitForURL(`${plex.url}/auth**`);
    await approveWithoutScript(page, plex, account);
  } else {
    const popup = await openPlex(page);
    await approve(popup, account);
  }
  await page.waitForURL("**/setup/server");
}

test("every page leads to the set-up, and a wrong code is refused", async ({ page, latchkey, watch }) => {
  watch.allow(/status of (403|503)/);
  for (const path of ["/", "/login", "/profile", "/setup/server", "/setup/done", "/nowhere", "/setup/owner"]) {
    await page.goto(path);
    await expect(page, path).toHaveURL(`${latchkey.url}/setup`);
  }
  const api = await page.request.get("/api/v1/auth/me");
  expect(api.status()).toBe(503);
  expect((await api.json()).message).toContain("not set up");

  await expect(page.getByLabel("Set-up code")).toBeFocused();
  await enterCode(page, "not-the-code");
  await expect(page.getByRole("alert")).toContainText("That is not the set-up code.");
  await expect(page.getByLabel("Set-up code")).toHaveAttribute("aria-invalid", "true");
  await page.goto("/setup/owner");
  await expect(page).toHaveURL(`${latchkey.url}/setup`);
  await enterCode(page, latchkey.setupCode);
  await expect(page.getByRole("heading", { name: "Who is the owner?" })).toBeVisible();
});

test("guessing the code ends after ten tries", async ({ page, latchkey, watch }) => {
  watch.allow(/status of (403|429)/);
  for (let tries = 0; tries < 10; tries += 1) {
    expect((await latchkey.api("POST", "/setup/owner", { setupCode: `guess-${tries}` })).status).toBe(403);
  }
  await enterCode(page, latchkey.setupCode);
  await expect(page.getByRole("alert")).toContainText(/Too many tries\. Wait \d+ seconds\./);
});

test("an owner with Plex picks the media server and is in @postgres", async ({ page, latchkey, plex, javaScriptEnabled }) => {
  await makePlexOwner(page, latchkey, plex, javaScriptEnabled, "attic-owner");
  await expect(page.getByRole("radio", { name: "Attic" })).toBeChecked();
  await page.getByRole("button", { name: "Use this one" }).click();

  await expect(page).toHaveURL(`${latchkey.url}/setup/done`);
  await expect(page.getByRole("listitem").filter({ hasText: "Tell your people." })).toContainText("Attic");
  await page.getByRole("link", { name: "Go in" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/`);
  await expect(page.getByRole("heading", { name: "Hello, Robin" })).toBeVisible();
  await expect(page.getByText("Nothing. All is well.")).toBeVisible();
  expect(await whoAmI(page, latchkey)).toMatchObject({ id: 1, email: "owner@attic.test" });

  // Nothing of the set-up is left.
  for (const path of ["/setup", "/setup/owner", "/setup/server"]) {
    await page.goto(path);
    await expect(page, path).toHaveURL(`${latchkey.url}/`);
  }
  const again = await latchkey.api("POST", "/setup/owner", { setupCode: latchkey.setupCode, email: "x@y.test", password: OWNER_PASSWORD });
  expect(again.status).toBe(409);
});

test("the owner of two servers has to choose one", async ({ page, latchkey, plex, javaScriptEnabled }) => {
  await makePlexOwner(page, latchkey, plex, javaScriptEnabled, "twin-owner");
  await expect(page.getByRole("radio")).toHaveCount(2);
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Use this one" }).click();
  await expect(page, "the browser asks for a choice").toHaveURL(`${latchkey.url}/setup/server`);
  await page.getByRole("radio", { name: "Loft" }).check();
  await page.getByRole("button", { name: "Use this one" }).click();
  await expect(page.getByText("Everyone who may use Loft")).toBeVisible();
});

test("a local owner needs no internet @postgres", async ({ page, latchkey, plex, browser, javaScriptEnabled }) => {
  await makeLocalOwner(page, latchkey);
  await expect(page.getByText("The owner has no Plex account here")).toBeVisible();
  await page.getByRole("button", { name: "Skip for now" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/setup/done`);
  await expect(page.getByText("Choose a media server.")).toBeVisible();
  await page.getByRole("link", { name: "Go in" }).click();
  await expect(page.getByRole("heading", { name: "Hello, Robin" })).toBeVisible();
  await expect(page.getByText("No media server is chosen")).toBeVisible();
  expect(await plex.log(), "Plex was not asked for anything").toEqual([]);

  const elsewhere = await browser.newContext({ baseURL: latchkey.url, javaScriptEnabled });
  const second = await elsewhere.newPage();
  await second.goto("/profile");
  await fillPassword(second, OWNER_EMAIL, OWNER_PASSWORD);
  await expect(second).toHaveURL(`${latchkey.url}/profile`);
  await elsewhere.close();
});

test("a local owner's mistakes are said", async ({ page, latchkey, watch }) => {
  watch.allow(/status of 400/);
  await enterCode(page, latchkey.setupCode);
  const wrong = [
    { email: "", password: OWNER_PASSWORD },
    { email: "no-address", password: OWNER_PASSWORD },
    { email: OWNER_EMAIL, password: "short" },
  ];
  for (const fields of wrong) {
    await page.goto("/setup/owner");
    // The browser would not even send these.
    await page.locator(`form[action="/setup/owner"]`).evaluate((form: HTMLFormElement) => (form.noValidate = true));
    await page.getByLabel("E-mail").fill(fields.email);
    await page.getByLabel("Password", { exact: true }).fill(fields.password);
    await page.getByRole("button", { name: "Make this account the owner" }).click();
    await expect(page.getByRole("alert")).not.toBeEmpty();
    await expect(page.getByLabel("E-mail"), "what was typed is kept").toHaveValue(fields.email);
    await expect(page.getByLabel("Password", { exact: true }), "but never a password").toHaveValue("");
  }
  expect((await (await latchkey.api("GET", "/settings/public")).json()).initialized).toBe(false);
});

test("without a media server only the owner comes in with Plex @wasm", async ({ page, latchkey, plex, browser }) => {
  await makePlexOwner(page, latchkey, plex, true, "attic-owner");
  await expect(page.getByText("nobody but the owner can sign in with Plex")).toBeVisible();
  await page.getByRole("button", { name: "Skip for now" }).click();
  await page.getByRole("link", { name: "Go in" }).click();
  await expect(page.getByText("No media server is chosen")).toBeVisible();

  const elsewhere = await browser.newContext({ baseURL: latchkey.url });
  const second = await elsewhere.newPage();
  await second.goto("/login");
  await approve(await openPlex(second), "marlow");
  await expect(island(second)).toContainText("The owner hasn't chosen a media server yet");
  await signIn(second, "attic-owner");
  expect(await whoAmI(second, latchkey)).toMatchObject({ id: 1 });
  await elsewhere.close();
});

test("an interrupted owner goes on where they were, others have to wait", async ({ page, latchkey, plex, browser, javaScriptEnabled }) => {
  await makePlexOwner(page, latchkey, plex, javaScriptEnabled, "attic-owner");

  const elsewhere = await browser.newContext({ baseURL: latchkey.url, javaScriptEnabled });
  const second = await elsewhere.newPage();
  await second.goto("/setup");
  await expect(second, "a second visitor is led to the sign-in page").toHaveURL(/\/login\?/);
  await signInAs(second, plex, javaScriptEnabled, "attic-owner", "/");
  await expect(second).toHaveURL(`${latchkey.url}/setup/server`);
  await second.getByRole("button", { name: "Use this one" }).click();
  await expect(second).toHaveURL(`${latchkey.url}/setup/done`);
  await elsewhere.close();
});

test("Plex is away while the servers are listed", async ({ page, latchkey, plex, javaScriptEnabled }) => {
  await makePlexOwner(page, latchkey, plex, javaScriptEnabled, "attic-owner");
  await plex.order("switches", { faults: [{ path: "/api/v2/resources", answer: { status: 503 } }] });
  await page.goto("/setup/server");
  await expect(page.getByRole("alert")).toContainText("Plex isn't answering right now.");
  await plex.order("switches", { faults: [] });
  await page.getByRole("link", { name: "Look again" }).click();
  await expect(page.getByRole("radio", { name: "Attic" })).toBeVisible();
});

test("a stranger's Plex account makes no owner without the code @wasm", async ({ page, latchkey, plex }) => {
  const { plexClientIdentifier: clientId } = await (await latchkey.api("GET", "/settings/public")).json();
  const pin = await plex.order("pins", { clientId, origin: latchkey.url });
  await plex.order("approve", { code: pin.code, account: "mallory" });
  expect((await latchkey.api("POST", "/auth/plex/attempts", { pinId: pin.id, code: pin.code })).status).toBe(503);
  await page.goto("/login/plex/return");
  await expect(page.getByRole("heading", { name: "Not signed in" })).toBeVisible();
});
