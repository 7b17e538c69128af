// What a session is good for, and how it ends; the account page, error pages and the theme.
import { expect, test } from "../support/latchkey.ts";
import { enter, signInAs, whoAmI } from "../support/sign-in.ts";

test("signing out ends the session, also for who kept the cookie @postgres", async ({ page, context, latchkey, plex, javaScriptEnabled }) => {
  await signInAs(page, plex, javaScriptEnabled, "anna", "/profile");
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === "latchkey.sid")!;
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: false, path: "/" });
  expect(session.expires, "it outlives the browser").toBeGreaterThan(Date.now() / 1000 + 24 * 60 * 60);
  expect(cookies.every((cookie) => cookie.httpOnly)).toBe(true);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/login?reason=signed-out`);
  await expect(page.getByText("You're signed out.")).toBeVisible();
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("latchkey.sid");

  await context.addCookies([session]);
  expect(await whoAmI(page, latchkey)).toBeNull();
  await page.goto("/profile");
  await expect(page).toHaveURL(/\/login\?returnTo=%2Fprofile$/);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "anna", exact: false }), "nothing of the account is kept").toHaveCount(0);
});

test("a new sign-in gets a new session, the one before is over", async ({ page, context, latchkey, plex, javaScriptEnabled }) => {
  await signInAs(page, plex, javaScriptEnabled, "anna");
  const first = (await context.cookies()).find((cookie) => cookie.name === "latchkey.sid")!;
  // A cookie that somebody else planted must not become theirs.
  await context.clearCookies();
  await context.addCookies([{ ...first, value: first.value.split("").reverse().join("") }]);
  await signInAs(page, plex, javaScriptEnabled, "marlow");
  const second = (await context.cookies()).find((cookie) => cookie.name === "latchkey.sid")!;
  expect(second.value).not.toBe(first.value);
  expect(await whoAmI(page, latchkey)).toMatchObject({ email: "marlow@example.test" });
});

test("rotating the secret signs everyone out", async ({ page, latchkey, plex }) => {
  await enter(page, latchkey, plex, "anna");
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();
  latchkey.command("settings", "rotate-session-secret");
  await expect
    .poll(async () => (await page.request.get("/profile", { maxRedirects: 0 })).status(), "a running server notices")
    .toBe(303);
  await page.goto("/");
  await expect(page).toHaveURL(/\/login/);
});

test("the account page and the start page", async ({ page, latchkey, plex }) => {
  await enter(page, latchkey, plex, "anna");
  await page.goto("/profile");
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Anna Kowalska" })).toBeVisible();
  const facts = page.locator("dl").first();
  await expect(facts).toContainText("anna@example.test");
  await expect(facts).toContainText("Attic is shared with you.");
  await expect(facts.locator("time")).toHaveText(/^\d{1,2} [A-Z][a-z]+ \d{4}$/);
  await page.getByRole("link", { name: "Latchkey" }).click();
  await expect(page.getByRole("heading", { name: "Hello, Anna Kowalska" })).toBeVisible();
  await expect(page.getByText("What needs your attention"), "that is the owner's").toHaveCount(0);
  await page.getByRole("link", { name: "Open your account" }).click();
  await expect(page).toHaveURL(/\/profile$/);
});

test("pages that are not there, or not for everybody", async ({ page, latchkey, plex, watch }) => {
  watch.allow(/status of (403|404)/);
  expect((await page.goto("/nowhere"))!.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await expect(page.getByText("404")).toBeVisible();
  await page.getByRole("link", { name: "Go to the sign-in page" }).click();
  await expect(page).toHaveURL(`${latchkey.url}/login`);

  const answer = await page.request.get("/nowhere", { headers: { accept: "application/json" } });
  expect(await answer.json()).toMatchObject({ status: 404 });
  await enter(page, latchkey, plex, "anna");
  expect((await page.goto("/setup/done"))!.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "Not for you" })).toBeVisible();
  await expect(page.getByText("Only the owner may see this page.")).toBeVisible();
  for (const path of ["/setup", "/login", "/login/password", "/logout"]) {
    await page.goto(path);
    await expect(page, path).toHaveURL(`${latchkey.url}/`);
  }
});

test("a form of another site does nothing", async ({ page, latchkey, plex, watch }) => {
  watch.allow(/status of 403/);
  await enter(page, latchkey, plex, "anna");
  await page.route(`${plex.url}/evil`, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${latchkey.url}/logout"><button>Win a prize</button></form>`,
    }),
  );
  await page.goto(`${plex.url}/evil`);
  await page.getByRole("button").click();
  await expect(page.getByText("This request came from another site.")).toBeVisible();
  expect(await whoAmI(page, latchkey)).not.toBeNull();
});

test("the theme is remembered and is in the first answer", async ({ page, context, latchkey }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/login?returnTo=%2Fprofile");
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await ground();
  expect(dark, "the system's theme counts at first").not.toBe(light);

  await page.getByRole("button", { name: "Light" }).click();
  await expect(page, "the page is kept").toHaveURL(`${latchkey.url}/login?returnTo=%2Fprofile`);
  await expect(page.getByRole("button", { name: "Light" })).toHaveAttribute("aria-pressed", "true");
  expect(await ground()).toBe(light);
  expect(await (await page.request.get("/login")).text()).toMatch(/<html[^>]* data-theme="light"/);
  expect(await (await page.request.get("/nowhere", { headers: { accept: "text/html" } })).text()).toContain('data-theme="light"');
  await page.getByRole("button", { name: "Dark" }).click();
  await page.emulateMedia({ colorScheme: "light" });
  expect(await ground()).toBe(dark);
  await page.getByRole("button", { name: "System" }).click();
  expect(await ground()).toBe(light);
  expect(await context.cookies()).toEqual([]);
});

test("the theme survives a restart of the browser's tab on an error page", async ({ page, watch }) => {
  watch.allow(/status of 404/);
  await page.goto("/nowhere?a=b");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page).toHaveURL(/\/nowhere\?a=b$/);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
