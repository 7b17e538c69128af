// Signing in as people do it.
import type { Locator, Page } from "@playwright/test";
import type { Account } from "./household.ts";
import { expect, type Latchkey, type Plex } from "./latchkey.ts";

/** The big button. */
export function plexButton(page: Page): Locator {
  return page.getByRole("button", { name: "Sign in with Plex" });
}

/** The island; its `data-state` says where the sign-in stands. */
export function island(page: Page): Locator {
  return page.locator(".sign-in");
}

/** Presses the button; answers the Plex window once it shows the approval page. */
export async function openPlex(page: Page, button = plexButton(page)): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await button.click();
  const popup = await opened;
  await popup.locator("#deny").waitFor();
  return popup;
}

/** Approves in Plex's page, in a window or in this tab. */
export async function approve(plexPage: Page, account: Account): Promise<void> {
  const other = plexPage.locator("#other");
  if (await other.isVisible()) await other.click();
  await plexPage.locator(`button[data-account="${account}"]`).click();
}

/** From the sign-in page into the house, by the Plex window. */
export async function signIn(page: Page, account: Account, path = "/login"): Promise<void> {
  await page.goto(path);
  const popup = await openPlex(page);
  await approve(popup, account);
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}

/** Signs in over REST; answers the session's cookie as `name=value`. */
export async function sessionOf(latchkey: Latchkey, plex: Plex, account: Account): Promise<string> {
  const { plexClientIdentifier: clientId } = await (await latchkey.api("GET", "/settings/public")).json();
  const pin = await plex.order("pins", { clientId, origin: latchkey.url });
  await plex.order("approve", { code: pin.code, account });
  const answer = await latchkey.api("POST", "/auth/plex", { pinId: pin.id, code: pin.code });
  expect(answer.status, `${account} comes in`).toBe(200);
  return answer.headers.getSetCookie()[0]!.split(";")[0]!;
}

/** Puts a session into this browser without the walk through the pages, for tests about something else. */
export async function enter(page: Page, latchkey: Latchkey, plex: Plex, account: Account): Promise<void> {
  const [name, value] = (await sessionOf(latchkey, plex, account)).split(/=(.*)/s);
  await page.context().addCookies([{ name: name!, value: value!, url: latchkey.url, httpOnly: true, sameSite: "Lax" }]);
}

/** What the approval page was given. */
export function approvalParams(plexPage: Page): URLSearchParams {
  return new URLSearchParams(new URL(plexPage.url()).hash.replace(/^#!?\??/, ""));
}

/** Plex's part where its page can't run: approves, and goes where Plex would send the tab. */
export async function approveWithoutScript(page: Page, plex: Plex, account: Account): Promise<void> {
  const params = approvalParams(page);
  const code = params.get("code");
  const answer = await plex.order("approve", { code, account, forwardUrl: params.get("forwardUrl") });
  expect(answer.forwardUrl, "Plex sends the tab back").toBe(params.get("forwardUrl"));
  await page.goto(answer.forwardUrl);
}

/** From the sign-in page to Plex without JavaScript, approving there, and back; not always in. */
export async function askWithoutScript(page: Page, plex: Plex, account: Account, path = "/login"): Promise<void> {
  await page.goto(path);
  await plexButton(page).click();
  await page.waitForURL(`${plex.url}/auth**`);
  await approveWithoutScript(page, plex, account);
}

/** From the sign-in page into the house without JavaScript. The return page may ask again once or twice. */
export async function signInWithoutScript(page: Page, plex: Plex, account: Account, path = "/login"): Promise<void> {
  await askWithoutScript(page, plex, account, path);
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}

/** Signs in, whichever way the project allows. */
export async function signInAs(page: Page, plex: Plex, javaScript: boolean | undefined, account: Account, path = "/login") {
  if (javaScript === false) await signInWithoutScript(page, plex, account, path);
  else await signIn(page, account, path);
}

/** A PIN as Plex keeps it. */
export interface Pin {
  id: number;
  code: string;
  origin: string | null;
  token: string | null;
  claimedReads: number;
}

/** The newest PIN at Plex. */
export async function newestPin(plex: Plex): Promise<Pin> {
  const pins = await (await fetch(`${plex.url}/_stub/pins`)).json();
  return pins.at(-1);
}

/** Who this browser is signed in as, by its cookie; `null`: nobody. */
export async function whoAmI(page: Page, latchkey: Latchkey): Promise<any> {
  const answer = await page.request.get(`${latchkey.url}/api/v1/auth/me`);
  return answer.ok() ? answer.json() : null;
}

/** The local sign-in form, opened. */
export async function fillPassword(page: Page, email: string, password: string): Promise<void> {
  const fold = page.locator("details", { has: page.getByLabel("Password", { exact: true }) });
  if ((await fold.count()) > 0 && (await fold.getAttribute("open")) === null) await fold.locator("summary").first().click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
