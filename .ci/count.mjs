// Reads the counts out of what the test runners print.

const ANSI = /\u001b\[[0-9;]*m/g;

/**
 * What a check adds to the sum. One without a counter is one check; a silent one counts only when it fails. A runner
 * that fails without a failed test (it did not compile, it found no tests) counts as one failure.
 */
export function tally({ count, silent }, code, output) {
  const text = output.replace(ANSI, "");
  const result = count ? count(text) : { passed: silent || code !== 0 ? 0 : 1, failed: 0, skipped: 0, notes: [] };
  if (code !== 0 && result.failed === 0) result.failed = 1;
  if (code === 0 && count && result.passed === 0) {
    result.failed = 1;
    result.notes.push("said nothing that could be counted");
  }
  return result;
}

/** nextest's summary, or every `test result:` line of libtest (which also runs the documentation's examples). */
export function rustTests(text) {
  const result = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const [, line] of text.matchAll(/^\s*Summary \[.*?\]\s*(.*)$/gm)) {
    result.passed += number(line, /(\d+) passed/);
    result.failed += number(line, /(\d+) failed/) + number(line, /(\d+) timed out/) + number(line, /(\d+) exec failed/);
    result.skipped += number(line, /(\d+) skipped/);
  }
  for (const [line] of text.matchAll(/^test result: .*$/gm)) {
    result.passed += number(line, /(\d+) passed/);
    result.failed += number(line, /(\d+) failed/);
    result.skipped += number(line, /(\d+) ignored/);
  }
  for (const [, reason] of text.matchAll(/^\s*SKIPPED: (.*)$/gm)) result.notes.push(`skipped: ${reason}`);
  return result;
}

/** Our own runners print `count: N passed, N failed, N skipped`, and `skipped: <what and why>` for each skip. */
export function counted(text) {
  const result = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const [, passed, failed, skipped] of text.matchAll(/^count: (\d+) passed, (\d+) failed, (\d+) skipped$/gm)) {
    result.passed += Number(passed);
    result.failed += Number(failed);
    result.skipped += Number(skipped);
  }
  for (const [, what] of text.matchAll(/^(skipped: .*)$/gm)) result.notes.push(what);
  return result;
}

/** `1:05`; nothing for nothing. */
export function clock(seconds) {
  if (seconds === undefined) return "time";
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function number(text, pattern) {
  return Number(text.match(pattern)?.[1] ?? 0);
}
