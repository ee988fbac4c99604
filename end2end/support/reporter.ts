import type { FullResult, Reporter, Suite, TestCase } from "@playwright/test/reporter";

/** Ends the output with what `make test` counts: one line per skipped test, one with the sums. */
export default class Count implements Reporter {
  #tests: TestCase[] = [];

  onBegin(_config: unknown, suite: Suite): void {
    this.#tests = suite.allTests();
  }

  onEnd(_result: FullResult): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const test of this.#tests) {
      const outcome = test.outcome();
      if (test.results.length > 0 && test.results.every(({ status }) => status === "skipped")) {
        count.skipped += 1;
        const why = test.annotations.find(({ type }) => type === "skip")?.description;
        console.log(`skipped: ${test.title}${why ? ` (${why})` : ""}`);
      } else if (outcome === "expected") {
        count.passed += 1;
      } else {
        count.failed += 1;
      }
    }
    console.log(`count: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
