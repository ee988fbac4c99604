// `make tree`: what must hold of the tracked files whatever they are.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, normalize } from "node:path";

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

// A relative link leads to a file that is there, and its fragment to a heading in it.
for (const file of git("ls-files", "-z", "*.md").filter(existsSync)) {
  for (const [, link] of prose(file).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path, fragment] = link.split("#");
    const target = path ? normalize(join(dirname(file), path)) : file;
    if (!existsSync(target)) {
      complaints.push(`${file}: links to ${link}, which is not there`);
    } else if (fragment && target.endsWith(".md") && !anchors(target).includes(fragment)) {
      complaints.push(`${file}: links to ${link}, where no heading is called that`);
    }
  }
}

for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;

/** A document without its code, in which brackets mean other things. */
function prose(file) {
  return readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** The fragments of its headings, as GitHub makes them. */
function anchors(file) {
  const headings = [...readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/ /g, "-"));
}
