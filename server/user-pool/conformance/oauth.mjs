// `oauth4webapi`, a certified client of OAuth 2.0 and OpenID Connect, signs a user in through the pool's managed login: from
// the discovery document to the sign-out, with PKCE, state and nonce, and judges every answer by the letter of the RFCs.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { PASSWORD, startPool } from "./pool.mjs";
import { Report } from "./report.mjs";

const CALLBACK = "http://localhost:3000/callback";
const GOODBYE = "http://localhost:3000/goodbye";
const SCOPE = "openid email aws.cognito.signin.user.admin";
const insecure = { [oauth.allowInsecureRequests]: true };

const report = new Report("oauth4webapi");
const pool = await startPool({
  HOLDFAST_POOL_CALLBACK_URLS: CALLBACK,
  HOLDFAST_POOL_LOGOUT_URLS: GOODBYE,
  HOLDFAST_POOL_ROTATION: "on",
});

/** A browser, as far as cookies and forms go; it stops where it is sent back to the client. */
class Browser {
  cookies = new Map();

  async open(url, init = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/Max-Age=0/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (!location) return { page: await answer.text(), url: String(url), status: answer.status };
    const next = new URL(location, url);
    return next.origin === new URL(url).origin ? this.open(next) : { back: next };
  }

  async signIn({ page, url }, password = PASSWORD) {
    const hidden = [...page.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    const body = new URLSearchParams([...hidden, ["username", "ada@example.com"], ["password", password]]);
    return this.open(url, { method: "POST", body });
  }
}

async function request(as, extra = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: pool.clientId,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...extra,
  });
  return { url, verifier, state, nonce };
}

const client = { client_id: pool.clientId };
const none = oauth.None();

async function exchange(as, back, { verifier, state, nonce }) {
  const parameters = oauth.validateAuthResponse(as, client, back, state);
  const answer = await oauth.authorizationCodeGrantRequest(as, client, none, parameters, CALLBACK, verifier, insecure);
  return oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true });
}

try {
  const issuer = new URL(pool.issuer);
  let as;
  let tokens;
  const browser = new Browser();

  await report.check("the discovery document is one", async () => {
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    assert.equal(new URL(as.authorization_endpoint).pathname, "/oauth2/authorize");
  });

  await report.check("a sign-in by code, PKCE, state and nonce brings tokens, and userInfo the same user", async () => {
    const asked = await request(as);
    const login = await browser.open(asked.url);
    const { back } = await browser.signIn(login);
    tokens = await exchange(as, back, asked);
    const { sub, auth_time } = oauth.getValidatedIdTokenClaims(tokens);
    assert.ok(auth_time > 0);
    const answer = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    const info = await oauth.processUserInfoResponse(as, client, sub, answer);
    assert.equal(info.email, "ada@example.com");
  });

  await report.check("the ID token's signature is the key set's", async () => {
    const asked = await request(as);
    const { back } = await browser.open(asked.url);
    const parameters = oauth.validateAuthResponse(as, client, back, asked.state);
    const answer = await oauth.authorizationCodeGrantRequest(as, client, none, parameters, CALLBACK, asked.verifier, insecure);
    await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: asked.nonce });
    await oauth.validateApplicationLevelSignature(as, answer, insecure);
  });

  await report.check("prompt=none is silent in a browser that is signed in, and login_required in another", async () => {
    const asked = await request(as, { prompt: "none" });
    await exchange(as, (await browser.open(asked.url)).back, asked);
    const { back } = await new Browser().open(asked.url);
    assert.throws(() => oauth.validateAuthResponse(as, client, back, asked.state), { error: "login_required" });
  });

  await report.check("a wrong password is no code", async () => {
    const asked = await request(as, { prompt: "login" });
    const other = new Browser();
    const { status } = await other.signIn(await other.open(asked.url), "Wrong-1");
    assert.equal(status, 400);
  });

  await report.check("a code is good once, and with its verifier alone", async () => {
    const refused = { name: "ResponseBodyError", error: "invalid_grant" };
    const asked = await request(as);
    const { back } = await browser.open(asked.url);
    await exchange(as, back, asked);
    await assert.rejects(exchange(as, back, asked), refused);
    const again = await request(as);
    const stolen = (await browser.open(again.url)).back;
    await assert.rejects(exchange(as, stolen, { ...again, verifier: oauth.generateRandomCodeVerifier() }), refused);
  });

  await report.check("a refresh token buys tokens and its successor, and is then spent", async () => {
    const refresh = async (token) => {
      const answer = await oauth.refreshTokenGrantRequest(as, client, none, token, insecure);
      return oauth.processRefreshTokenResponse(as, client, answer);
    };
    const first = tokens.refresh_token;
    tokens = await refresh(first);
    assert.ok(tokens.refresh_token && tokens.refresh_token !== first);
    await pool.advance(61);
    await assert.rejects(refresh(first), { error: "invalid_grant" });
  });

  await report.check("a revoked refresh token buys nothing, and revoking it twice is no error", async () => {
    for (let times = 0; times < 2; times += 1) {
      const answer = await oauth.revocationRequest(as, client, none, tokens.refresh_token, insecure);
      await oauth.processRevocationResponse(answer);
    }
    const answer = await oauth.refreshTokenGrantRequest(as, client, none, tokens.refresh_token, insecure);
    await assert.rejects(oauth.processRefreshTokenResponse(as, client, answer), { error: "invalid_grant" });
  });

  await report.check("the sign-out ends the browser's sign-in and leads where it may", async () => {
    const url = new URL(as.end_session_endpoint);
    url.search = new URLSearchParams({ client_id: pool.clientId, logout_uri: GOODBYE });
    assert.equal(String((await browser.open(url)).back), GOODBYE);
    const asked = await request(as, { prompt: "none" });
    const { back } = await browser.open(asked.url);
    assert.throws(() => oauth.validateAuthResponse(as, client, back, asked.state), { error: "login_required" });
  });

  await report.check("an ID token with another nonce is refused", async () => {
    await pool.control("pool/fault", { operation: "Token", kind: "wrong_nonce" });
    const asked = await request(as);
    const { back } = await browser.signIn(await browser.open(asked.url));
    await assert.rejects(exchange(as, back, asked), { code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED" });
  });
} finally {
  await pool.stop();
}
report.finish();
