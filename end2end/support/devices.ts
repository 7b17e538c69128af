// Login tokens and devices that are set up with a code.
import type { Locator, Page, Route } from "@playwright/test";
import type { Account } from "./household.ts";
import { expect, type Latchkey, type Plex } from "./latchkey.ts";
import { sessionOf } from "./sign-in.ts";

/** A login token; as the REST API answers it, or as a page shows it once. */
export const TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
/** A short code as it is shown. */
export const CODE = /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/;

/** The section "Login tokens". */
export function section(page: Page): Locator {
  return page.locator("#tokens");
}

/** The device's entry in the list. */
export function device(page: Page, name: string): Locator {
  return page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });
}

/** What stands there once, right after a token was made. */
export function made(page: Page): Locator {
  return page.locator(".made");
}

/** Fills in the form for a new device and sends it. */
export async function generate(page: Page, name: string, life = "Never"): Promise<void> {
  await page.getByLabel("Which device is it for?").fill(name);
  await section(page).locator("form.new").getByLabel("Expires").selectOption(life);
  await page.getByRole("button", { name: "Generate token" }).click();
}

/** The token and the link that are shown. */
export async function shown(page: Page): Promise<{ token: string; link: string }> {
  return {
    token: await page.getByRole("textbox", { name: "Token", exact: true }).inputValue(),
    link: await page.getByRole("textbox", { name: "Sign-in link" }).inputValue(),
  };
}

/** Opens the question that stands before a change. */
export async function askTo(page: Page, name: string, what: "Regenerate token" | "Revoke"): Promise<Locator> {
  const question = device(page, name).locator("details").filter({ has: page.locator("summary", { hasText: what }) });
  await question.locator("summary").click();
  return question;
}

/** Lets members make login tokens, over REST. Answers the owner's session. */
export async function letMembersMakeTokens(latchkey: Latchkey, plex: Plex): Promise<string> {
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const answer = await latchkey.api("POST", "/settings/main", { allowSelfLoginToken: true }, owner);
  expect(answer.status).toBe(200);
  return owner;
}

/** A member's login token made by the owner over REST, for tests about what it opens. */
export async function tokenOf(latchkey: Latchkey, plex: Plex, account: Account, name: string) {
  const me = await (await latchkey.api("GET", "/auth/me", undefined, await sessionOf(latchkey, plex, account))).json();
  const owner = await sessionOf(latchkey, plex, "attic-owner");
  const path = `/user/${me.id}/settings/tokens`;
  const answer = await latchkey.api("POST", path, { name }, owner);
  expect(answer.status).toBe(201);
  const token = await answer.json();
  return {
    user: me.id as number,
    value: token.token as string,
    link: token.url as string,
    /** The link to another page. */
    to: (target: string) => `${latchkey.url}${target.replace("TOKEN", `token=${token.token}`)}`,
    revoke: async () => {
      const revoked = await latchkey.api("DELETE", `${path}/${token.id}`, undefined, owner);
      expect(revoked.status).toBe(204);
    },
  };
}

/** The short code on the device's page. */
export function codeOn(tablet: Page): Promise<string> {
  return tablet.locator(".pair-code").innerText();
}

/** Says yes on the phone, which shows the question. */
export async function letIn(phone: Page, name: string, person?: string): Promise<void> {
  if (person !== undefined) await phone.getByLabel("Who is it for?").selectOption(person);
  await phone.getByLabel("What is it called?").fill(name);
  await phone.getByRole("button", { name: "Let it in" }).click();
}

/** Holds the page while it is looked at: without JavaScript `/pair` loads itself again every two seconds. */
export async function still(page: Page, look: () => Promise<void>): Promise<void> {
  const held: Route[] = [];
  const here = (url: URL) => url.href === page.url();
  await page.route(here, (route) => void held.push(route));
  await look();
  await page.unroute(here);
  await Promise.all(held.map((route) => route.continue()));
}

/** Clicks on a form's button, and again when the server has done it but its answer is still on the way. */
export async function clickTwice(page: Page, button: Locator, path: RegExp): Promise<void> {
  let done: (status: number) => void;
  const first = new Promise<number>((resolve) => (done = resolve));
  let posts = 0;
  await page.route(path, async (route) => {
    const request = route.request();
    if (request.method() !== "POST" || posts++ > 0) return route.continue();
    // Past the browser, so that it never sees the answer and keeps none of its cookies: that is what becomes of it when
    // a second request takes the first one's place.
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    const answer = await fetch(request.url(), {
      method: "POST",
      headers: { ...request.headers(), cookie: cookies },
      body: request.postData() ?? "",
      redirect: "manual",
    });
    done(answer.status);
  });
  await button.scrollIntoViewIfNeeded();
  const box = (await button.boundingBox())!;
  const click = () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await click();
  expect(await first, "the first press did it").toBeLessThan(400);
  await click();
  await expect.poll(() => posts, "the second press arrives").toBe(2);
}
