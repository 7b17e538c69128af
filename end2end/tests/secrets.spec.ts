// Every test looks for secrets when it ends (support/latchkey.ts). This one looks whether that finds any.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { leaks } from "../support/secrets.ts";

const CLIENT = "3f2b8c1d-5a6e-4f70-8123-456789abcdef";
const TOKEN = "9c1f0a52-7d3b-4e68-a1b2-c3d4e5f60718";
const COOKIE = "c2lnbmF0dXJlLW9mLWE%3DAbCdEfGhIjKlMnOpQrStUv";

test("secrets are found wherever they lie @wasm", () => {
  const data = mkdtempSync(join(tmpdir(), "latchkey-secrets-"));
  try {
    writeFileSync(join(data, "latchkey.db"), `SQLite\0${CLIENT}\0anna\0light`);
    expect(leaks(data, "", `GET / ${CLIENT}`, [COOKIE, "light"], CLIENT)).toEqual([]);
    for (const secret of [TOKEN, TOKEN.toUpperCase(), "BCDF-GHJK", COOKIE, decodeURIComponent(COOKIE), "AbCdEfGhIjKlMnOpQrStUv"]) {
      expect(leaks(data, "", `a line with ${secret} in it`, [COOKIE], CLIENT), secret).not.toEqual([]);
      writeFileSync(join(data, "latchkey.db-wal"), `\0\u0001${secret}\0`);
      expect(leaks(data, "", "", [COOKIE], CLIENT), secret).not.toEqual([]);
      rmSync(join(data, "latchkey.db-wal"));
    }
  } finally {
    rmSync(data, { recursive: true });
  }
});
