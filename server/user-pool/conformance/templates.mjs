// The two templates of `docs/cognito/`: judged by cfn-lint and by Terraform where they are installed, and by whether each
// output is the value of a variable that there is.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NotImplemented, Report } from "./report.mjs";

const report = new Report("templates");
const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (path) => readFileSync(`${root}${path}`, "utf8");

/** Runs a program that may not be there. */
function judge(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (error?.code === "ENOENT" || status === 127) throw new NotImplemented(`${program} is not installed`);
  assert.equal(status, 0, `${program}: ${stdout}${stderr}`);
}

await report.check("cfn-lint finds nothing in pool.yaml", () => judge("cfn-lint", "docs/cognito/pool.yaml"));
await report.check("main.tf is read and formatted by Terraform", () => judge("terraform", "fmt", "-check", "-diff", "docs/cognito/main.tf"));
await report.check("both name their outputs after variables of the README's table", () => {
  const variables = read("README.md").match(/(?<=^\| `)HOLDFAST_COGNITO_\w+/gm);
  const cloudFormation = read("docs/cognito/pool.yaml").split(/^Outputs:/m)[1].match(/(?<=^ {2})\w+(?=:)/gm);
  const terraform = read("docs/cognito/main.tf").match(/(?<=^output ")\w+/gm);
  assert.deepEqual(cloudFormation.map((name) => name.replace(/\B[A-Z]/g, "_$&").toLowerCase()), terraform);
  assert.deepEqual(terraform.filter((name) => !variables.includes(name.toUpperCase()) && name !== "holdfast_cognito_domain"), []);
});
report.finish();
