// Starts what is tested, with a data directory and a port of its own, and reaches its control plane.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const PASSWORD = "Password-1";

const SAID = /^(endpoint|issuer|pool id|client id|control|Holdfast is at)\s+(\S+)/;

/** Runs `binary` until it has printed a line that begins with `ready`. */
export async function start(binary, ready, variables) {
  const data = mkdtempSync(join(tmpdir(), "holdfast-conformance-"));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|AWS)_/.test(name));
  const env = { ...Object.fromEntries(inherited), HOLDFAST_DATA: data, ...variables };
  const child = spawn(binary, { env, cwd: data, stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  process.once("exit", () => child.kill());
  const said = {};
  // It goes on being read, because it logs there, too: a full pipe would stop it.
  const lines = createInterface({ input: child.stdout });
  await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`${binary} ended with ${code} before it listened`)));
    lines.on("line", (line) => {
      const [, key, value] = line.match(SAID) ?? [];
      if (key) said[key] = value;
      if (line.startsWith(ready)) resolve();
    });
  });
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { said, data, stop };
}

/** `holdfast-user-pool` with the control plane open. */
export async function startPool(variables = {}) {
  const { said, data, stop } = await start(process.env.HOLDFAST_USER_POOL_BIN, "control", {
    HOLDFAST_POOL_ADDR: "127.0.0.1:0",
    HOLDFAST_CONTROL: "1",
    HOLDFAST_POOL_USERS: `ada@example.com:${PASSWORD},grace@example.com:${PASSWORD}`,
    ...variables,
  });
  const control = controlPlane(said.control);
  const call = async (operation, body) => {
    const target = `AWSCognitoIdentityProviderService.${operation}`;
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    const answer = await fetch(said.endpoint, { method: "POST", headers, body: JSON.stringify(body) });
    return { ok: answer.ok, ...(await answer.json()) };
  };
  return {
    endpoint: said.endpoint,
    issuer: said.issuer,
    poolId: said["pool id"],
    clientId: said["client id"],
    data,
    stop,
    control,
    call,
    /** Whether the pool knows the operation at all, whatever it says to an empty request. */
    implements: async (operation) => (await call(operation, {})).__type !== "UnknownOperationException",
    advance: (seconds) => control("advance", { seconds }),
    /** The newest code that would have been sent there. */
    code: async (address) => (await control("pool/outbox")).messages.filter(({ to }) => to === address).at(-1).code,
    tokens: async (name = "ada@example.com") => {
      const AuthParameters = { USERNAME: name, PASSWORD };
      const ClientId = said["client id"];
      const answer = await call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters });
      if (!answer.ok) throw new Error(`${answer.__type}: ${answer.message}`);
      return answer.AuthenticationResult;
    },
  };
}

/** POSTs to the control plane, or GETs where there is no body. */
export function controlPlane(base) {
  return async (path, body) => {
    const init = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const answer = await fetch(`${base}/${path}`, init);
    if (!answer.ok) throw new Error(`control ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}
