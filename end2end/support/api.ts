import { expect, request, type APIRequestContext, type APIResponse } from "@playwright/test";
import type { Server, User } from "./server.ts";

export type Draft = { head: number; text: string; hash: string; text_sha256: string; base_version: number };
export type DocumentSummary = { id: string; title: string; head: number; base_version: number; unsaved: boolean };
export type SessionStatus = {
  user: { sub: string; email: string };
  sign_in_by_ms: number;
  sign_in_by_kind: string;
  access_ms: number;
};

/** The HTTP API in a session of its own, beside the browser's. */
export class Api {
  readonly http: APIRequestContext;

  constructor(http: APIRequestContext) {
    this.http = http;
  }

  static async signedIn(server: Server, user: User): Promise<Api> {
    // What scripts send in the place of Sec-Fetch-Site.
    const http = await request.newContext({ baseURL: server.url, extraHTTPHeaders: { origin: server.url } });
    const answer = await http.post("/api/session", { data: { username: user.email, password: user.password } });
    expect(answer.status(), await answer.text()).toBe(200);
    return new Api(http);
  }

  async documents(): Promise<DocumentSummary[]> {
    const { documents } = (await ok(await this.http.get("/api/documents"))) as { documents: DocumentSummary[] };
    return documents;
  }

  async create(title: string, text: string): Promise<string> {
    const answer = await this.http.post("/api/documents", { data: { title, text } });
    const { id } = (await ok(answer)) as DocumentSummary;
    return id;
  }

  async rename(id: string, title: string): Promise<void> {
    await ok(await this.http.patch(`/api/documents/${id}`, { data: { title } }));
  }

  async title(id: string): Promise<string | undefined> {
    return (await this.documents()).find((document) => document.id === id)?.title;
  }

  async draft(id: string): Promise<Draft> {
    return (await ok(await this.http.get(`/api/documents/${id}/draft`))) as Draft;
  }

  async text(id: string): Promise<string> {
    return (await this.draft(id)).text;
  }
}

async function ok(answer: APIResponse): Promise<unknown> {
  expect(answer.ok(), `${answer.url()}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.json();
}
