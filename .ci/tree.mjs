// `make tree`: what must hold of the tracked files whatever they are.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).split("\0").filter(Boolean);
const complaints = [];

for (const file of git("ls-files", "-z", "--cached", "--ignored", "--exclude-standard")) {
  complaints.push(`${file}: tracked although ignored`);
}

// The checkout's own path, the home directory and a registry's host are facts of one machine.
const places = [process.cwd(), homedir()].filter((place) => place.length > 4).map((place) => `${place}/`);
for (const file of git("ls-files", "-z")) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    continue; // Deleted in the working tree, or a submodule.
  }
  if (text.includes("\0")) continue;
  text.split("\n").forEach((line, index) => {
    const place = places.find((place) => line.includes(place));
    if (place) complaints.push(`${file}:${index + 1}: names a path of this machine (${place})`);
    if (file.endsWith("package-lock.json") && /"resolved": "https?:/.test(line)) {
      complaints.push(`${file}:${index + 1}: names a registry's host (npm's omit-lockfile-registry-resolved)`);
    }
  });
}

for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
