/** `undefined`: Playwright's own. */
export function findChromium(): string | undefined;
