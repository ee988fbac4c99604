// Tokens that nobody should believe, made with `jose`, against Holdfast's API for programs. Most are signed with the pool's
// own key, so that only the one thing that is wrong with them can be the reason to refuse them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as jose from "jose";
import { start, startPool } from "./pool.mjs";
import { Report } from "./report.mjs";

const report = new Report("jose");
if (!execFileSync(process.env.HOLDFAST_BIN, ["--help"], { encoding: "utf8" }).includes("HOLDFAST_API_ACCEPTS")) {
  report.skip("this Holdfast has no API for programs", "hostile tokens");
  report.finish();
  process.exit();
}
const pool = await startPool();
const holdfast = await start(process.env.HOLDFAST_BIN, "Holdfast is at", {
  HOLDFAST_ADDR: "127.0.0.1:0",
  HOLDFAST_LOG: "warn",
  HOLDFAST_COGNITO_USER_POOL_ID: pool.poolId,
  HOLDFAST_COGNITO_CLIENT_ID: pool.clientId,
  HOLDFAST_COGNITO_ENDPOINT: pool.endpoint,
  HOLDFAST_COGNITO_ISSUER: pool.issuer,
  HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY: "24h",
  HOLDFAST_API_ACCEPTS: "id,access",
});
const url = `${holdfast.said["Holdfast is at"]}/api/documents`;
const HOUR = 3600;
const encode = (value) => jose.base64url.encode(typeof value === "string" ? value : JSON.stringify(value));

/** The status that a token gets; asks again where it is told to wait. */
async function status(token) {
  for (;;) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (answer.status !== 429) return answer.status;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get("retry-after") ?? 1)));
  }
}

/** Every case by its name, from one good token and the key that signed it. */
async function forge(token, key) {
  const header = jose.decodeProtectedHeader(token);
  const claims = jose.decodeJwt(token);
  const now = Math.floor(Date.now() / 1000);
  const [head, body, signature] = token.split(".");
  const publicKey = createPublicKey(key);
  const stranger = await jose.generateKeyPair("RS256", { extractable: true });
  const jwk = await jose.exportJWK(stranger.publicKey);
  const audience = claims.token_use === "access" ? "client_id" : "aud";
  const sign = (changes, with_ = key, other = {}) => new jose.SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, ...other }).sign(with_);
  const cases = {};

  for (const name of ["iss", "sub", "token_use", audience, "exp"]) {
    // Whatever text the pool signs as a user's id is one.
    const texts = name === "sub" ? [""] : ["", " ", "x".repeat(2000)];
    for (const value of [undefined, null, true, 0, -1, [], {}, ["x"], ...texts]) {
      cases[`${name} is ${JSON.stringify(value)?.slice(0, 20)}`] = await sign({ [name]: value });
    }
  }
  for (const exp of [now - HOUR, now - 1_000_000, 1, `${now + HOUR}`, [now + HOUR]]) cases[`exp is ${JSON.stringify(exp)}`] = await sign({ exp });
  cases["nbf is tomorrow"] = await sign({ nbf: now + 24 * HOUR });
  cases["the other token_use"] = await sign({ token_use: claims.token_use === "id" ? "access" : "id" });
  cases["another issuer's"] = await sign({ iss: `${claims.iss}0` });
  cases["another app client's"] = await sign({ [audience]: `${claims[audience]}0` });

  for (const alg of ["RS384", "RS512", "PS256", "PS384", "PS512"]) cases[`${alg} with the right key`] = await sign({}, key, { alg });
  const secrets = { PEM: publicKey.export({ type: "spki", format: "pem" }), DER: publicKey.export({ type: "spki", format: "der" }), kid: header.kid };
  for (const alg of ["HS256", "HS384", "HS512"]) {
    for (const [label, secret] of Object.entries(secrets)) {
      const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : new Uint8Array(secret);
      const padded = bytes.length < 64 ? new Uint8Array([...bytes, ...new Uint8Array(64 - bytes.length)]) : bytes;
      cases[`${alg} with its ${label}`] = await sign({}, padded, { alg });
    }
  }
  for (const alg of ["ES256", "ES384", "ES512", "EdDSA"]) {
    cases[`${alg} with a key of its own`] = await sign({}, (await jose.generateKeyPair(alg)).privateKey, { alg });
  }
  cases["unsecured"] = new jose.UnsecuredJWT(claims).encode();
  for (const alg of ["none", "None", "NONE", "nOnE", "", null, "RS256\0"]) cases[`alg ${JSON.stringify(alg)}, unsigned`] = `${encode({ ...header, alg })}.${body}.`;

  cases["signed by a stranger"] = await sign({}, stranger.privateKey);
  const certificate = Buffer.from(await jose.exportSPKI(stranger.publicKey)).toString("base64");
  const introductions = { jwk, jku: "http://127.0.0.1:9/", x5u: "http://127.0.0.1:9/", x5c: [certificate], x5t: "AAAA", "x5t#S256": "AAAA" };
  for (const [name, value] of Object.entries(introductions)) {
    cases[`a stranger who brings ${name}`] = await sign({}, stranger.privateKey, { [name]: value });
    cases[`a stranger who brings ${name} and no kid`] = await sign({}, stranger.privateKey, { [name]: value, kid: undefined });
  }
  for (const kid of [undefined, "", "0", "../../dev/null", `${header.kid}x`, header.kid.toUpperCase(), "x".repeat(5000)]) {
    cases[`kid is ${JSON.stringify(kid)?.slice(0, 20)}`] = await sign({}, key, { kid });
  }
  cases["crit that jose knows, with an unencoded payload"] = (({ protected: p, signature: s }) => `${p}.${body}.${s}`)(
    await new jose.FlattenedSign(new TextEncoder().encode(body)).setProtectedHeader({ ...header, b64: false, crit: ["b64"] }).sign(key));
  const general = await new jose.GeneralSign(new TextEncoder().encode(JSON.stringify(claims))).addSignature(key).setProtectedHeader(header).sign();
  cases["general JSON serialization"] = JSON.stringify(general);
  for (const alg of ["RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-512"]) {
    for (const enc of ["A128GCM", "A256GCM", "A256CBC-HS512"]) {
      cases[`encrypted by ${alg} and ${enc}`] = await new jose.EncryptJWT(claims).setProtectedHeader({ alg, enc, kid: header.kid }).encrypt(publicKey);
    }
  }
  const payload = (value) => new jose.CompactSign(new TextEncoder().encode(value)).setProtectedHeader(header).sign(key);
  for (const value of ["", "null", "[]", "{}", "0", JSON.stringify(claims).slice(0, -1), `${JSON.stringify(claims)}{}`, JSON.stringify([claims]), token]) {
    cases[`the payload is ${JSON.stringify(value.slice(0, 12))} of ${value.length}`] = await payload(value);
  }
  for (const at of [0, 10, 100, 300]) {
    const bytes = jose.base64url.decode(signature);
    if (at < bytes.length) bytes[at] ^= 1;
    cases[`a bit of the signature turned at ${at}`] = at < bytes.length ? `${head}.${body}.${jose.base64url.encode(bytes)}` : `${token}AA`;
  }
  cases["the payload of another"] = `${head}.${encode({ ...claims, sub: "00000000-0000-4000-8000-000000000000" })}.${signature}`;
  cases["the header of another"] = `${encode({ ...header, typ: "JWT" })}.${body}.${signature}`;
  return cases;
}

try {
  const { keys } = JSON.parse(readFileSync(join(pool.data, "user-pool", "state.json"), "utf8"));
  const key = (purpose) => createPrivateKey({ key: Buffer.from(keys.findLast((each) => each.purpose === purpose).pkcs8, "base64"), format: "der", type: "pkcs8" });
  const tokens = await pool.tokens();
  for (const [purpose, token] of [["id", tokens.IdToken], ["access", tokens.AccessToken]]) {
    const own = await new jose.SignJWT(jose.decodeJwt(token)).setProtectedHeader(jose.decodeProtectedHeader(token)).sign(key(purpose));
    await report.check(`a good ${purpose} token is accepted, the pool's own and one that jose made with the pool's key`, async () => {
      assert.deepEqual([await status(token), await status(own)], [200, 200]);
    });
    const cases = await forge(token, key(purpose));
    await report.check(`none of ${Object.keys(cases).length} hostile tokens made of an ${purpose} token is accepted`, async () => {
      const answers = {};
      for (const [name, hostile] of Object.entries(cases)) answers[name] = await status(hostile);
      const wrong = Object.entries(answers).filter(([, code]) => code !== 401);
      assert.deepEqual(wrong, []);
      console.log(`        ${Object.keys(cases).length} hostile tokens of an ${purpose} token: refused`);
    });
  }
} finally {
  await holdfast.stop();
  await pool.stop();
}
report.finish();
