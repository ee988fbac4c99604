import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const RELEASE = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "target", "release", "holdfast");

/** The longest that a start may take on a machine that has other things to do. */
const START_MS = 20_000;

export const ada = { email: "ada@example.com", password: "Password-1" } as const;
export const bob = { email: "bob@example.com", password: "Password-2" } as const;
export type User = { readonly email: string; readonly password: string };

/** A Holdfast of its own: the release binary with the embedded pool, an empty data directory and a free port. */
export class Server {
  readonly url: string;
  readonly data: string;
  log = "";
  readonly #env: Record<string, string>;
  #process: ChildProcess | undefined;

  private constructor(port: number, data: string, settings: Record<string, string>) {
    // Passkeys belong to a name; everything else is tested at the address that is the default.
    this.url = `http://${settings["HOST"] ?? "127.0.0.1"}:${port}`;
    this.data = data;
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOLDFAST_ADDR: `127.0.0.1:${port}`,
      HOLDFAST_PUBLIC_URL: this.url,
      HOLDFAST_DATA: data,
      HOLDFAST_CONTROL: "1",
      HOLDFAST_POOL_USERS: [ada, bob].map(({ email, password }) => `${email}:${password}`).join(","),
      ...settings,
    };
  }

  static async start(settings: Record<string, string>): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), "holdfast-e2e-"));
    const server = new Server(await freePort(), data, settings);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    // Its own directory as the working directory: no `.env` of a developer is read.
    const child = spawn(process.env["HOLDFAST_BIN"] ?? RELEASE, [], { cwd: this.data, env: this.#env });
    this.#process = child;
    const keep = (chunk: Buffer): void => void (this.log += chunk.toString());
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    await Promise.race([this.#ready(child), failed]);
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`holdfast ended with ${child.exitCode}:\n${this.log}`);
      const ready = await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`holdfast is not ready after ${START_MS} ms:\n${this.log}`);
  }

  /** `SIGKILL` is a crash, `SIGTERM` an orderly stop. */
  async stop(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    await rm(this.data, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
