// Counts what was checked, in the form that `.ci/count.mjs` reads.

/** Thrown where the pool does not know something yet: said aloud and counted as skipped. */
export class NotImplemented extends Error {}

export class Report {
  constructor(part) {
    this.part = part;
    this.passed = 0;
    this.failed = 0;
    this.skips = new Map();
  }

  /** Runs one check; whatever it throws is its failure. */
  async check(name, run) {
    try {
      await run();
      this.passed += 1;
      console.log(`ok      ${this.part}: ${name}`);
    } catch (error) {
      if (error instanceof NotImplemented) return this.skip(error.message, name);
      this.failed += 1;
      console.log(`FAILED  ${this.part}: ${name}\n        ${error.stack ?? error}`);
    }
  }

  skip(why, what) {
    this.skips.set(why, [...(this.skips.get(why) ?? []), what]);
  }

  /** Prints the sum, and makes it the exit code. */
  finish() {
    let skipped = 0;
    for (const [why, what] of this.skips) {
      console.log(`skipped: ${this.part}: ${why} (${what.length}: ${what.join("; ")})`);
      skipped += what.length;
    }
    console.log(`count: ${this.passed} passed, ${this.failed} failed, ${skipped} skipped`);
    process.exitCode = this.failed > 0 ? 1 : 0;
  }
}
