// Passwords, linked Plex accounts, signed-in devices and mail.
import type { Locator, Page } from "@playwright/test";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { OWNER_EMAIL, OWNER_PASSWORD } from "./household.ts";
import { expect, type Latchkey, type Plex } from "./latchkey.ts";
import { approve, approveWithoutScript, fillPassword, openPlex, plexButton } from "./sign-in.ts";

export const ZOE = { email: "zoe@attic.test", name: "Zoe Achterberg", password: "seven green umbrellas" };
/** Good enough for anybody. */
export const ANOTHER = "eight yellow raincoats";

/** The owner's session over REST, in a house whose owner is local. */
export async function localOwner(latchkey: Latchkey): Promise<string> {
  const answer = await latchkey.api("POST", "/auth/local", { email: OWNER_EMAIL, password: OWNER_PASSWORD });
  expect(answer.status).toBe(200);
  return answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
}

/** Zoe, made over REST. Answers her number. */
export async function makeZoe(latchkey: Latchkey, owner: string): Promise<number> {
  const body = { email: ZOE.email, username: ZOE.name, password: ZOE.password };
  const answer = await latchkey.api("POST", "/user", body, owner);
  expect(answer.status).toBe(201);
  return (await answer.json()).id;
}

/** In by password, to this page. */
export async function enterWith(page: Page, email: string, password: string, to = "/profile"): Promise<void> {
  await page.goto(`/login?returnTo=${encodeURIComponent(to)}`);
  await fillPassword(page, email, password);
  await page.waitForURL((url) => url.pathname === to);
}

/** A section of a person's page. */
export function section(page: Page, id: "password" | "plex" | "devices" | "sign-ins"): Locator {
  return page.locator(`section#${id}`);
}

/** Opens a question, and answers with its button. */
export async function sayYes(place: Locator): Promise<void> {
  await place.locator("summary").click();
  await place.locator("details").getByRole("button").click();
}

/** The Plex account on one's own page, whichever way the project allows. */
export async function link(page: Page, plex: Plex, javaScript: boolean | undefined, account: "anna" | "attic-owner"): Promise<void> {
  if (javaScript === false) {
    await plexButton(page).click();
    await page.waitForURL(`${plex.url}/auth**`);
    await approveWithoutScript(page, plex, account);
  } else {
    await approve(await openPlex(page), account);
  }
  await page.waitForURL((url) => url.searchParams.has("plex"));
}

/** A mail server that takes everything, and what it was given. */
export async function mailServer(): Promise<{ port: number; letters: string[]; close: () => void }> {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let text = "";
    let letter: string | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say("220 attic.test");
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (let end; (end = text.indexOf("\r\n")) >= 0; ) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (letter !== undefined) {
          if (line === ".") {
            // Quoted-printable, as far as links need it.
            letters.push(letter.replaceAll("=\r\n", "").replaceAll("=3D", "="));
            letter = undefined;
            say("250 taken");
          } else letter += `${line}\r\n`;
        } else if (/^DATA/i.test(line)) {
          letter = "";
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else say(/^EHLO/i.test(line) ? "250-attic.test\r\n250 8BITMIME" : "250 ok");
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as AddressInfo).port, letters, close: () => server.close() };
}

/** Fills in the page of the mail server and saves it. */
export async function saveMail(page: Page, port: number): Promise<void> {
  await page.goto("/settings/email");
  await page.locator("#host").fill("127.0.0.1");
  await page.locator("#port").fill(String(port));
  await page.locator("#security").selectOption("none");
  await page.locator("#from").fill("door@attic.test");
  await page.locator("button.button-main").click();
  await page.waitForURL((url) => url.searchParams.has("saved"));
}

interface Walk {
  page: Page;
  visitor: () => Promise<Page>;
  latchkey: Latchkey;
  /** Called with every state; `where` is a name for files as well. */
  look: (page: Page, where: string) => Promise<void>;
}

/** Every page and state of passwords, linked accounts, devices and mail, in any language; for a house whose owner is local. */
export async function walk({ page, visitor, latchkey, look }: Walk): Promise<void> {
  const id = await makeZoe(latchkey, await localOwner(latchkey));
  const tablet = await visitor();
  await tablet.goto("/login/reset");
  await look(tablet, "forgot-off");
  const enterHere = async (page: Page, email: string, password: string) => {
    const answer = await page.request.post("/api/v1/auth/local", { data: { email, password } });
    expect(answer.status()).toBe(200);
  };
  await enterHere(tablet, ZOE.email, ZOE.password);
  await tablet.goto("/profile");
  await look(tablet, "profile-own");
  await section(tablet, "password").locator("input[name=present]").fill("wrong wrong");
  await section(tablet, "password").locator("input[name=password]").fill(ANOTHER);
  await section(tablet, "password").getByRole("button").click();
  await expect(tablet.getByRole("alert")).toBeVisible();
  await look(tablet, "profile-wrong-password");
  await enterHere(page, OWNER_EMAIL, OWNER_PASSWORD);
  await page.goto(`/users/${id}`);
  await look(page, "user-local");
  await section(page, "devices").locator("summary").click();
  await look(page, "user-end-all-question");
  await page.locator(`form[action="/users/${id}/reset-link"] button`).click();
  await expect(page.locator("#link-heading")).toBeVisible();
  await look(page, "reset-link-made");
  const to = await page.locator("#reset-link").inputValue();
  const phone = await visitor();
  await phone.goto(to);
  await look(phone, "choose-password");
  await phone.locator("#password-field").fill("password1");
  await phone.locator("main form button").click();
  await expect(phone.getByRole("alert")).toBeVisible();
  await look(phone, "choose-password-easy");
  await phone.locator("#password-field").fill(ANOTHER);
  await phone.locator("main form button").click();
  await phone.waitForURL(/\/login\?reason=password-chosen$/);
  await look(phone, "password-chosen");
  await phone.goto(to);
  await look(phone, "choose-password-dead");
  await page.goto("/settings/email");
  await look(page, "settings-email-off");
  await page.locator("button.button-main").click();
  await expect(page.locator(".mistake").first()).toBeVisible();
  await look(page, "settings-email-wrong");
  const mail = await mailServer();
  await saveMail(page, mail.port);
  await look(page, "settings-email");
  mail.close();
  await page.locator("#test button").click();
  await expect(page.locator("#test [role=alert]")).toBeVisible();
  await look(page, "settings-email-test-failed");
  await page.goto("/settings/plex");
  await look(page, "settings-plex");
  await page.goto("/users");
  await look(page, "users-local");
  await phone.goto("/login");
  await look(phone, "login-forgot");
  await phone.goto("/login/reset");
  await look(phone, "forgot");
  await phone.locator("#email").fill(ZOE.email);
  await phone.locator("main form button").click();
  await phone.waitForURL(/asked=1$/);
  await look(phone, "forgot-asked");
  await page.goto("/activity?kind=refusals");
  await look(page, "activity-refusals");
}
