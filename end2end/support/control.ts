import type { Server, User } from "./server.ts";

export type FaultKind =
  | "throttle"
  | "error500"
  | "html502"
  | "reset_before"
  | "reset_after"
  | "hang"
  | "truncate"
  | "slow";

export type Call = { operation: string; outcome: string; at_ms: number; fault?: string; carries?: string };
export type Message = { to: string; kind: string; code: string; at_ms: number };

/** `/__control`: the clock that server and pool share, the pool's faults, its log and its outbox. */
export class Control {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  async advance(seconds: number): Promise<void> {
    await this.#post("advance", { seconds });
  }

  async fault(operation: string, kind: FaultKind, times = 1): Promise<void> {
    await this.#post("pool/fault", { operation, kind, times });
  }

  async user(
    user: User,
    action: "disable" | "enable" | "sign-out" | "reset-password" | "force-new-password" | "delete",
  ): Promise<void> {
    await this.#post(`pool/users/${encodeURIComponent(user.email)}/${action}`, {});
  }

  /** What the pool asks of who signs in; what is left out stays as it is. */
  async rules(rules: { mfa?: "OFF" | "OPTIONAL" | "ON"; required_attributes?: string[] }): Promise<void> {
    await this.#post("pool/rules", rules);
  }

  async revoke(): Promise<void> {
    await this.#post("pool/revoke", {});
  }

  /** How often an operation was asked for. */
  async calls(operation: string): Promise<Call[]> {
    const { calls } = (await this.#get("pool/calls")) as { calls: Call[] };
    return calls.filter((call) => call.operation === operation);
  }

  /** The newest code mailed to this address. */
  async code(email: string): Promise<string> {
    const { messages } = (await this.#get("pool/outbox")) as { messages: Message[] };
    const message = messages.findLast(({ to }) => to === email);
    if (!message) throw new Error(`nothing was mailed to ${email}`);
    return message.code;
  }

  async #post(path: string, body: unknown): Promise<void> {
    const answer = await fetch(this.#url(path), {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.#server.url },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  async #get(path: string): Promise<unknown> {
    const answer = await fetch(this.#url(path));
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  #url(path: string): string {
    return `${this.#server.url}/__control/${path}`;
  }
}
