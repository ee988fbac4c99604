import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import type { Tally } from "./writer.ts";

/** Ends with one line of figures: the sums over all schedules. */
export default class Figures implements Reporter {
  #schedules = 0;
  #lived = 0;
  readonly #sums = new Map<string, number>();
  readonly #began = performance.now();

  onTestEnd(test: TestCase, result: TestResult): void {
    const told = result.annotations.find(({ type }) => type === "tally")?.description;
    if (!told) return;
    this.#schedules += 1;
    if (test.outcome() === "expected") this.#lived += 1;
    for (const [name, number] of Object.entries(JSON.parse(told) as Tally)) {
      const sum = name === "slowest" ? Math.max(this.#sum(name), number) : this.#sum(name) + number;
      this.#sums.set(name, sum);
    }
  }

  onEnd(_result: FullResult): void {
    const [typed, lost, lastMoment, checks] = ["typed", "lost", "lastMoment", "checks"].map((name) => this.#sum(name));
    const known = ["typed", "lost", "lastMoment", "checks"];
    const faults = [...this.#sums].filter(([name]) => !known.includes(name)).map(([name, times]) => `${times} ${name}`);
    console.log(
      `\nbrowser: ${this.#schedules} schedules, ${this.#lived} whole, typed ${typed}, lost ${lost}, ` +
        `${lastMoment} of the last 50 ms of crashed tabs; ${checks} times "saved" was compared with the server; ` +
        `${faults.sort().join(", ")}; ${Math.round((performance.now() - this.#began) / 1000)} s`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }

  #sum(name: string): number {
    return this.#sums.get(name) ?? 0;
  }
}
