// Programs that run beside a test.
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** A TCP port that nothing listens on right now. */
export async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : failed(new Error("no port"))));
    });
  });
}

/** Nothing that happens to be set where the tests were started may change what a server does. */
export function environment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("LATCHKEY_") || name === "LATCHKEY_SITE_DIR");
  return { ...Object.fromEntries(inherited), ...env };
}

/** A started program, what it said, and a way to end it. */
export class Program {
  output = "";
  private ended = false;
  private child: ChildProcess;

  constructor(program: string, words: string[], env: Record<string, string | undefined>) {
    this.child = spawn(program, words, { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (text) => (this.output += text));
    this.child.once("error", (why) => ((this.output += `${program}: ${why.message}`), (this.ended = true)));
    this.child.once("exit", () => (this.ended = true));
  }

  /** Waits until the URL answers anything at all. */
  async answers(url: string): Promise<void> {
    for (const until = Date.now() + 20_000; Date.now() < until; ) {
      if (this.ended) throw new Error(`the program ended:\n${this.output}`);
      try {
        await fetch(url, { redirect: "manual" });
        return;
      } catch {
        await new Promise((done) => setTimeout(done, 20));
      }
    }
    throw new Error(`${url} does not answer:\n${this.output}`);
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.ended) return;
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.kill(signal);
    await gone;
  }
}
