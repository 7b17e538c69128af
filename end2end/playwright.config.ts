// Every test runs twice, with JavaScript and without. A test that makes sense in one way only says so in its title:
// `@wasm` or `@nojs`. One with `@postgres` in its title runs a third time, on PostgreSQL. `@screenshots` only takes
// pictures: `make screenshots`.
// `scripts/test-e2e` starts this; each test gets a server of its own, see support/latchkey.ts.
import { defineConfig } from "@playwright/test";
import type { LatchkeyOptions } from "./support/latchkey.ts";

const postgres = process.env.LATCHKEY_TEST_POSTGRES_URL;

export default defineConfig<LatchkeyOptions>({
  testDir: "tests",
  outputDir: "test-results",
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  // Two cores have to carry the servers and the browsers.
  workers: 2,
  // A test that passes at the second try is a bug that people meet.
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["junit"]],
  use: {
    browserName: "chromium",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.PLAYWRIGHT_CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        // A request to anywhere but this machine fails, here as on a closed network.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      ],
    },
  },
  projects: [
    { name: "wasm", grepInvert: /@nojs|@screenshots/, use: { javaScriptEnabled: true } },
    { name: "nojs", grepInvert: /@wasm|@screenshots/, use: { javaScriptEnabled: false } },
    ...(postgres
      ? [{ name: "postgres", grep: /@postgres/, grepInvert: /@nojs/, use: { javaScriptEnabled: true, database: "postgres" as const } }]
      : []),
    ...(process.env.LATCHKEY_SCREENSHOTS ? [{ name: "screenshots", grep: /@screenshots/ }] : []),
  ],
});
