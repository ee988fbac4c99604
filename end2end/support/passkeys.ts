import type { CDPSession, Page } from "@playwright/test";

/** A device that can make passkeys, in the browser's own place for them (Chrome DevTools Protocol, domain WebAuthn). */
export class Device {
  readonly #cdp: CDPSession;
  readonly #id: string;

  private constructor(cdp: CDPSession, id: string) {
    this.#cdp = cdp;
    this.#id = id;
  }

  static async on(page: Page): Promise<Device> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Device(cdp, authenticatorId);
  }

  /** Whether its owner is there: who is not is asked in vain, as who closes the browser's dialog. */
  async owner(present: boolean): Promise<void> {
    await this.#cdp.send("WebAuthn.setUserVerified", { authenticatorId: this.#id, isUserVerified: present });
  }

  async passkeys(): Promise<number> {
    return (await this.#cdp.send("WebAuthn.getCredentials", { authenticatorId: this.#id })).credentials.length;
  }

  async forget(): Promise<void> {
    await this.#cdp.send("WebAuthn.clearCredentials", { authenticatorId: this.#id });
  }
}
