// Looks whether a secret lies where none may be: the data folder, the log at its most talkative, the files of the site.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A login token is a UUID of version 4. */
const TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/gi;
/** A pairing code: letters that are neither vowels nor easily mistaken. */
const CODE = /\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\b/g;
/** Shorter ones are choices (light, dark), not secrets. */
const SECRET_LENGTH = 16;

/** Every file below a folder, by name, as Latin-1: no byte is lost. */
function files(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file, readFileSync(file, "latin1")]);
}

/** What a cookie's value may be recognised by: itself, as it travels and as it is meant, and a session's id at its end. */
function traces(cookie: string): string[] {
  const plain = decodeURIComponent(cookie);
  return [cookie, plain, plain.slice(-22)];
}

/** What was found, and where; nothing of the secret but its beginning. Empty: all is well. */
export function leaks(data: string, site: string, log: string, cookies: string[], clientIdentifier: string): string[] {
  const secrets = [...new Set(cookies.filter((value) => value.length >= SECRET_LENGTH).flatMap(traces))];
  const found: string[] = [];
  for (const [where, text] of [["the log", log] as [string, string], ...files(data), ...files(site)]) {
    // Compiled and pressed files are full of anything; a code of eight letters proves nothing there.
    const codes = where === "the log" || where.startsWith(data) ? (text.match(CODE) ?? []) : [];
    const tokens = (text.match(TOKEN) ?? []).filter((token) => token.toLowerCase() !== clientIdentifier);
    const known = secrets.filter((secret) => text.includes(secret));
    for (const secret of [...codes, ...tokens, ...known]) found.push(`${where}: ${secret.slice(0, 8)}…`);
  }
  return found;
}
