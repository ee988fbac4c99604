// The files in `docs/operating/`, each with the program that it is for, where that is installed: the proxies carry a
// sign-in, a stream and an import to Holdfast and back, as a browser would over them.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BIN, freePort, scratch, start, until } from "./serving.mjs";

const HERE = "docs/operating";
const HOST = "write.example.com";
/** An import of two files, together larger than a proxy's usual limit of a megabyte. */
const FILE_BYTES = 9 * 1024 * 1024;
/** A stream that a proxy holds back until it is full tells nothing for minutes. */
const TOLD_MS = 5_000;

const missing = (program) => (spawnSync("sh", ["-c", `command -v ${program}`]).status === 0 ? undefined : `${program} is not installed`);

export const operating = [
  { file: `${HERE}/nginx.conf`, skipped: missing("nginx"), check: () => proxied("nginx", nginx) },
  { file: `${HERE}/Caddyfile`, skipped: missing("caddy"), check: () => proxied("caddy", caddy) },
  { file: `${HERE}/holdfast.service`, skipped: missing("systemd-analyze"), check: unit },
  { file: `${HERE}/Containerfile`, skipped: "takes an image from a registry" },
];

/** The unit file with the binary where it is now: systemd looks whether there is one. */
function unit() {
  const path = join(scratch, "holdfast.service");
  writeFileSync(path, readFileSync(`${HERE}/holdfast.service`, "utf8").replace("/usr/local/bin/holdfast", BIN));
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
  if (status !== 0 || stderr.includes("holdfast.service")) throw new Error(stdout + stderr);
}

/** The file as it is, with another port, another certificate and another server behind it. */
function nginx({ port, behind, certificate, key, folder }) {
  const site = readFileSync(`${HERE}/nginx.conf`, "utf8")
    .replace("listen 443", `listen 127.0.0.1:${port}`)
    .replace("127.0.0.1:3000", behind)
    .replace(/(ssl_certificate )[^;]+/, `$1${certificate}`)
    .replace(/(ssl_certificate_key )[^;]+/, `$1${key}`);
  writeFileSync(join(folder, "site.conf"), site);
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join(" ");
  // Its workers are somebody else where it is root's, and could not write here.
  const user = process.getuid() === 0 ? "user root;" : "";
  const all = `${user} daemon off; pid ${join(folder, "pid")}; error_log stderr; events {} http { access_log off; ${paths} include ${join(folder, "site.conf")}; }`;
  writeFileSync(join(folder, "nginx.conf"), all);
  return ["nginx", ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]];
}

function caddy({ port, behind, certificate, key, folder }) {
  const site = readFileSync(`${HERE}/Caddyfile`, "utf8")
    .replace(`${HOST} {`, `https://${HOST}:${port} {\n\ttls ${certificate} ${key}`)
    .replace("127.0.0.1:3000", behind);
  const path = join(folder, "Caddyfile");
  writeFileSync(path, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
  return ["caddy", ["run", "--adapter", "caddyfile", "--config", path]];
}

async function proxied(name, configured) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${HOST}`, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  const port = await freePort();
  const origin = `https://${HOST}:${port}`;
  const holdfast = await start({
    HOLDFAST_PUBLIC_URL: origin,
    HOLDFAST_TRUSTED_PROXIES: "127.0.0.1",
    HOLDFAST_POOL_USERS: "ada@example.com:Password-1",
  });
  const [command, args] = configured({ port, behind: holdfast.url.replace("http://", ""), certificate, key, folder });
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const proxy = spawn(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => proxy.once("close", resolve));
  let log = "";
  proxy.stderr.on("data", (chunk) => (log += chunk));
  const cookies = join(folder, "cookies");
  const curl = (...more) => ["--silent", "--show-error", "--insecure", "--resolve", `${HOST}:${port}:127.0.0.1`, "--cookie", cookies, "--cookie-jar", cookies, "--header", `Origin: ${origin}`, ...more];
  const ask = (...more) => execFileSync("curl", curl(...more), { encoding: "utf8" });
  try {
    await until(
      () => spawnSync("curl", curl("--fail", `${origin}/healthz`)).status === 0,
      () => (proxy.exitCode === null ? null : `${proxy.exitCode}: ${log}`),
    );
    const json = ["--header", "Content-Type: application/json"];
    const signedIn = ask("--include", ...json, "--data", '{"username":"ada@example.com","password":"Password-1"}', `${origin}/api/session`);
    for (const wanted of [/^HTTP\/2 200/, /^set-cookie: __Host-holdfast=.*Secure/im]) {
      if (!wanted.test(signedIn)) throw new Error(`${wanted} is not in the answer to the sign-in:\n${signedIn}`);
    }
    const made = JSON.parse(ask(...json, "--data", '{"title":"Through a proxy","text":""}', `${origin}/api/documents`));
    await told(curl("--no-buffer", `${origin}/api/events`), () =>
      ask("--request", "PATCH", ...json, "--data", '{"writer":"w","base_head":0,"seq":1,"edits":[[0,0,"through"]]}', `${origin}/api/documents/${made.id}/draft`),
    );
    const file = join(folder, "large.txt");
    writeFileSync(file, "x".repeat(FILE_BYTES));
    const form = ["one", "two"].flatMap((title) => ["--form", `files=@${file};filename=${title}.txt`]);
    const imported = ask("--write-out", "%{http_code}", ...form, `${origin}/api/import`);
    if (!imported.endsWith("200")) throw new Error(`the import was answered ${imported}`);
  } catch (error) {
    throw new Error(`${error.message}\n${log}`);
  } finally {
    proxy.kill();
    await ended;
    await holdfast.stop();
  }
}

/** Opens the stream, does something, and waits until the stream has told it. */
async function told(args, act) {
  const stream = spawn("curl", args, { stdio: ["ignore", "pipe", "ignore"] });
  try {
    let said = "";
    const hears = (what) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`the stream did not tell of ${what} within ${TOLD_MS} ms: ${said}`)), TOLD_MS);
        const look = () => {
          if (!said.includes(what)) return;
          clearTimeout(late);
          resolve();
        };
        stream.stdout.on("data", (chunk) => {
          said += chunk;
          look();
        });
        look();
      });
    // A comment comes first: the stream is open.
    await hears(":");
    const edits = hears('"through"');
    act();
    await edits;
  } finally {
    stream.kill();
  }
}
