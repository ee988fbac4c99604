// `make commands`: every command in the documentation is run against what was built, and every file that it hands out. One
// that is not says here why.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { operating } from "./operating.mjs";
import { freePort, scratch, shell, start, startPool, until } from "./serving.mjs";

const EXAMPLE = resolve(process.env.HOLDFAST_EXAMPLE_BIN);

/** A file's blocks in their order: what is done with each. A function runs it, a text is the reason why nobody does. */
const BLOCKS = {
  "README.md": [served, served],
  "docs/api.md": "a test runs the whole page and compares what is printed: server/tests/it/api_page.rs",
  "docs/cognito.md": ["needs an AWS account; make conformance checks the template", "needs an AWS account and Terraform"],
  "docs/lift.md": [lifted, "run with the block before it", "run with the block before it"],
  "docs/numbers.md": dry,
  "docs/operating.md": [served, backedUp, "run with the backup"],
  "docs/programs.md": [program],
  "docs/proof.md": [dry, "takes minutes to hours; make unit runs the same tests in their short form"],
  "server/user-pool/README.md": [pool, "run with the block before it"],
  "server/user-pool/conformance/README.md": dry,
  "style/fonts/README.md": "fetches a package from a registry and cuts it; what came out is in the repository",
};

const count = { passed: 0, failed: 0, skipped: 0 };
const files = execFileSync("git", ["ls-files", "-z", "*.md"], { encoding: "utf8" }).split("\0").filter(existsSync);
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block);
  const known = BLOCKS[file] ?? [];
  if (Array.isArray(known) && known.length !== blocks.length) {
    fail(`${file} has ${blocks.length} blocks of commands, and ${known.length} are known here`);
    continue;
  }
  for (const [nth, block] of blocks.entries()) {
    const how = Array.isArray(known) ? known[nth] : known;
    const first = block.split("\n", 1)[0];
    if (typeof how === "string") {
      count.skipped += 1;
      console.log(`skipped: ${file}: ${first} (${how})`);
      continue;
    }
    try {
      await how(block, blocks.slice(nth + 1));
      count.passed += 1;
      console.log(`ok: ${file}: ${first}`);
    } catch (error) {
      fail(`${file}: ${first}\n${error.message}`);
    }
  }
  // Commands in a sentence: at least there is such a target.
  for (const [, target] of text.matchAll(/`(?:[A-Z_]+=\S+ )*make ([a-z][a-z0-9-]*)/g)) {
    if (!makes(`make ${target}`)) fail(`${file}: there is no \`make ${target}\``);
  }
}
for (const { file, check, skipped } of operating) {
  if (skipped) {
    count.skipped += 1;
    console.log(`skipped: ${file} (${skipped})`);
    continue;
  }
  try {
    await check();
    count.passed += 1;
    console.log(`ok: ${file}`);
  } catch (error) {
    fail(`${file}\n${error.message}`);
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`count: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;

function fail(why) {
  count.failed += 1;
  console.error(`FAILED: ${why}`);
}

/** Its lines without comments; a line that ends in a backslash goes on. */
function lines(block) {
  return block.replace(/\\\n/g, " ").split("\n").map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter(Boolean);
}

/** Whether make knows what to do. */
function makes(line) {
  return spawnSync("bash", ["-c", line.replace(/\bmake\b/, "make --dry-run --silent")], { stdio: "ignore" }).status === 0;
}

/** Targets that `make test` runs by itself, or that take hours: that they are there, and take these arguments. */
async function dry(block) {
  for (const line of lines(block)) if (!makes(line)) throw new Error(`make does not know: ${line}`);
}

/** Lines that serve Holdfast, by `make run` or by the binary: it serves with these variables. Others are looked at. */
async function served(block) {
  for (const line of lines(block)) {
    if (!/make run|release\/holdfast/.test(line)) {
      await dry(line);
      continue;
    }
    const variables = Object.fromEntries([...line.matchAll(/\b(HOLDFAST_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const holdfast = await start(variables);
    try {
      if ((await fetch(`${holdfast.url}/sign-in`)).status !== 200) throw new Error("no sign-in page");
    } finally {
      await holdfast.stop();
    }
  }
}

async function backedUp(block, [restore]) {
  const [data, backup] = [join(scratch, "data"), join(scratch, "backup")];
  execFileSync("mkdir", ["-p", backup]);
  const here = (commands, data) => commands.replaceAll("/var/lib/holdfast", data).replaceAll("/backup", backup);
  const holdfast = await start({ HOLDFAST_DATA: data });
  shell(here(block, data));
  await holdfast.stop();
  const again = join(scratch, "again");
  shell(here(restore, again));
  await (await start({ HOLDFAST_DATA: again })).stop();
}

async function pool(block, [question]) {
  if (!block.includes("cargo run -p holdfast-user-pool")) throw new Error("another command than the one that is known");
  const { said, stop } = await startPool();
  try {
    const answer = shell(question.replace("http://127.0.0.1:9229/", said.endpoint).replace("<client id>", said["client id"]));
    if (!JSON.parse(answer).AuthenticationResult?.IdToken) throw new Error(`no token: ${answer}`);
  } finally {
    await stop();
  }
}

async function program(block) {
  const { said, stop } = await startPool();
  const holdfast = await start({
    HOLDFAST_COGNITO_USER_POOL_ID: said["pool id"],
    HOLDFAST_COGNITO_CLIENT_ID: said["client id"],
    HOLDFAST_COGNITO_ENDPOINT: said.endpoint,
    HOLDFAST_COGNITO_ISSUER: said.issuer,
    HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY: "24h",
  });
  try {
    const here = block
      .replace("https://cognito-idp.eu-central-1.amazonaws.com/", said.endpoint)
      .replace("1example23456789", said["client id"])
      .replace("https://write.example.com", holdfast.url);
    const answer = shell(here);
    if (!Array.isArray(JSON.parse(answer).documents)) throw new Error(`no documents: ${answer}`);
  } finally {
    await holdfast.stop();
    await stop();
  }
}

/** The pool, the example beside it with its own values, and the browser's commands. */
async function lifted(block, [example, browser]) {
  if (!block.includes("target/release/holdfast-user-pool")) throw new Error("another command than the one that is known");
  const { said, stop } = await startPool();
  const port = await freePort();
  const exports = lines(example).filter((line) => line.startsWith("export")).join("\n");
  const here = exports
    .replace("http://127.0.0.1:9229", said.endpoint.replace(/\/$/, ""))
    .replace("local_1example23", said["pool id"])
    .replace("1example23456789", said["client id"]);
  const child = spawn("bash", ["-c", `${here}\nexport ADDR=127.0.0.1:${port}\nexec ${EXAMPLE}`], { stdio: "inherit" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    await until(() => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false), () => child.exitCode);
    const answers = shell(browser.replace("http://127.0.0.1:3000", `http://127.0.0.1:${port}`));
    for (const wanted of ['"email":"ada@example.com"', "Hello, ada@example.com. Sign in again within 14", '"sign_in_by_ms"']) {
      if (!answers.includes(wanted)) throw new Error(`not said: ${wanted}\n${answers}`);
    }
  } finally {
    child.kill();
    await ended;
    await stop();
  }
}
