// A walk through every page and state of login tokens, people, settings, switching and pairing, for tests about all of
// them and for pictures.
import type { Page } from "@playwright/test";
import { askTo, codeOn, device, generate, letIn, letMembersMakeTokens, made, section, still, tokenOf } from "./devices.ts";
import { expect, type Latchkey, type Plex, type Watch } from "./latchkey.ts";
import { enter, sessionOf } from "./sign-in.ts";

export interface Tour {
  page: Page;
  visitor: () => Promise<Page>;
  latchkey: Latchkey;
  plex: Plex;
  watch: Watch;
  javaScriptEnabled: boolean | undefined;
  /** Called with every state; `where` is a name for files as well. */
  look: (page: Page, where: string) => Promise<void>;
}

/** `page` is the owner's and then anna's; the tablet is a browser of its own. */
export async function tour({ page, visitor, latchkey, plex, watch, javaScriptEnabled, look }: Tour): Promise<void> {
  watch.allow(/status of 4(00|03|04|09)/);
  for (const account of ["marlow", "bea"] as const) await sessionOf(latchkey, plex, account);
  const kitchen = await tokenOf(latchkey, plex, "anna", "Kitchen tablet");
  await tokenOf(latchkey, plex, "anna", "Grandmother's iPad");
  const wide = await tokenOf(latchkey, plex, "bea", "W".repeat(64));
  await letMembersMakeTokens(latchkey, plex);
  const tablet = await visitor();
  await tablet.goto(kitchen.to("/profile?TOKEN"));
  await look(tablet, "profile-by-token");

  // The owner.
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto("/");
  await look(page, "home-owner");
  await page.goto("/activity");
  await look(page, "activity");
  await page.goto("/settings/security");
  await look(page, "settings-security");
  await page.goto("/settings/users");
  await look(page, "settings");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await look(page, "settings-saved");
  await page.getByLabel("Name of the parameter").fill("a b");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "settings-wrong");
  await page.goto("/users");
  await look(page, "users");
  await page.goto(`/users/${kitchen.user}`);
  await look(page, "user");
  await page.goto(`/users/${wide.user}`);
  await askTo(page, "W".repeat(64), "Revoke");
  await look(page, "user-wide-name");
  await page.goto("/users/4711");
  await look(page, "user-unknown");

  // A member.
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "marlow");
  await page.goto("/profile");
  await expect(section(page)).toContainText("No device has one yet.");
  await look(page, "profile-no-tokens");
  await page.goto(kitchen.to("/profile?TOKEN"));
  await expect(page.getByRole("heading", { name: "Switch to another account?" })).toBeVisible();
  await look(page, "switch");
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "anna");
  // "Last used" is written down once a second.
  await expect(async () => {
    await page.goto("/profile");
    await expect(device(page, "Kitchen tablet")).toContainText("127.0.0.1", { timeout: 100 });
  }).toPass();
  await look(page, "profile-with-tokens");
  await askTo(page, "Kitchen tablet", "Regenerate token");
  await look(page, "token-regenerate-question");
  const revoking = await askTo(page, "Kitchen tablet", "Revoke");
  await expect(revoking.getByRole("button")).toBeVisible();
  await look(page, "token-revoke-question");
  await generate(page, "Kitchen tablet");
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "token-name-taken");
  await generate(page, "Hall tablet", "In 30 days");
  await expect(made(page)).toBeVisible();
  if (javaScriptEnabled !== false) await page.getByRole("button", { name: "Copy link" }).waitFor();
  await look(page, "token-shown");
  if (javaScriptEnabled !== false) {
    await page.context().grantPermissions([], { origin: latchkey.url });
    await page.getByRole("button", { name: "Copy token" }).click();
    await expect(page.getByText("Press Ctrl+C")).toBeVisible();
    await look(page, "token-copy-refused");
  }
  await page.goto("/profile");
  const question = await askTo(page, "Hall tablet", "Regenerate token");
  await question.getByRole("button", { name: "Regenerate token" }).click();
  await expect(page.getByRole("heading", { name: "The new token of Hall tablet" })).toBeVisible();
  await look(page, "token-regenerated");
  await page.goto("/");
  await look(page, "home-member-tokens");

  // A device with a code.
  await tablet.context().clearCookies();
  await tablet.goto("/login");
  await look(tablet, "login-with-pair");
  await tablet.goto("/login?reason=link");
  await look(tablet, "login-link-dead");
  await tablet.goto("/pair?returnTo=/profile");
  await expect(tablet.getByText("Waiting for you to say yes")).toBeVisible();
  await still(tablet, () => look(tablet, "pair"));
  await page.goto("/pair/approve");
  await look(page, "pair-code");
  await page.getByLabel("The code on the tablet").fill("BCDF-GHJK");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "pair-code-wrong");
  await page.getByLabel("The code on the tablet").fill(await codeOn(tablet));
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { name: "Let this device in?" })).toBeVisible();
  await look(page, "pair-approve");
  await letIn(page, "Kitchen tablet");
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "pair-approve-name-taken");
  latchkey.sql("update sessions set created_at = created_at - 700");
  await page.goto("/pair/approve");
  await expect(page.getByRole("heading", { name: "Is it you?" })).toBeVisible();
  await look(page, "pair-confirm");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await look(page, "pair-confirm-sign-in");
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "anna");
  await page.goto(`/pair/approve?code=${await codeOn(tablet)}`);
  await page.getByRole("button", { name: "No", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Not let in" })).toBeVisible();
  await look(page, "pair-declined");
  await expect(tablet.getByRole("heading", { name: "Not let in" })).toBeVisible();
  await look(tablet, "pair-declined-device");
  await tablet.getByRole("link", { name: "Get a new code" }).click();
  await page.context().clearCookies();
  await enter(page, latchkey, plex, "attic-owner");
  await page.goto(`/pair/approve?code=${await codeOn(tablet)}`);
  await expect(page.getByLabel("Who is it for?")).toBeVisible();
  await look(page, "pair-approve-owner");
  await letIn(page, "Living room tablet", "marlow");
  await expect(page.getByRole("heading", { name: "The device is in" })).toBeVisible();
  await look(page, "pair-done");
  await expect(tablet).toHaveURL(/\/profile$/);
  await tablet.goto("/pair/approve");
  await expect(tablet.getByRole("heading", { name: "Not for you" })).toBeVisible();
  await look(tablet, "pair-not-allowed");
}
