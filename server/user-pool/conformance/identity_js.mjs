// `amazon-cognito-identity-js`, the client that browsers use: every method that works without a page.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import {
  AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool,
} from "amazon-cognito-identity-js";
import { PASSWORD, startPool } from "./pool.mjs";
import { NotImplemented, Report } from "./report.mjs";

const OTHER = "Other-Password-2";
const report = new Report("amazon-cognito-identity-js");
const pool = await startPool();
let members = 0;

/** Its storage, one for each user, so that nobody finds another's tokens. */
class Memory {
  #items = new Map();
  setItem(key, value) { this.#items.set(key, value); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}

function user(name, flow = "USER_PASSWORD_AUTH") {
  const Storage = new Memory();
  const Pool = new CognitoUserPool({ UserPoolId: pool.poolId, ClientId: pool.clientId, endpoint: pool.endpoint, Storage });
  const user = new CognitoUser({ Username: name, Pool, Storage });
  user.setAuthenticationFlowType(flow);
  return user;
}

/** A method with a callback `(error, result)` as a promise. */
const ask = (on, method, ...args) =>
  new Promise((resolve, reject) => on[method](...args, (error, result) => (error ? reject(error) : resolve(result))));

/** A method that takes `{onSuccess, onFailure, …}`. */
const told = (on, method, ...args) =>
  new Promise((onSuccess, onFailure) => {
    const other = Object.fromEntries(
      ["mfaRequired", "totpRequired", "newPasswordRequired", "inputVerificationCode", "associateSecretCode", "selectMFAType", "mfaSetup"]
        .map((event) => [event, (...values) => onSuccess({ event, values })]),
    );
    on[method](...args, { onSuccess, onFailure, ...other });
  });

function signIn(user, password = PASSWORD) {
  return told(user, "authenticateUser", new AuthenticationDetails({ Username: user.getUsername(), Password: password }));
}

async function member() {
  const name = `member-${++members}@example.com`;
  const it = user(name);
  await ask(it.pool, "signUp", name, PASSWORD, [], null);
  await ask(it, "confirmRegistration", await pool.code(name), false);
  return it;
}

/** Fails a check for operations that the pool does not know: an operation that is gone would take its checks with it. */
async function needs(...operations) {
  for (const operation of operations) {
    if (!(await pool.implements(operation))) throw new Error(`the pool does not know ${operation}`);
  }
}

const refused = (asking, code) => assert.rejects(asking, (error) => error.code === code || error.name === code);

/** RFC 6238 at the time of the pool. */
function totp(secret, at) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest.at(-1) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

try {
  await report.check("signs in by password, and reads the session back from its storage", async () => {
    const ada = user("ada@example.com");
    const session = await signIn(ada);
    assert.ok(session.isValid());
    assert.equal(session.getIdToken().payload.email, "ada@example.com");
    assert.equal((await ask(ada, "getSession")).getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  });

  await report.check("signs in by SRP, without ever sending the password", async () => {
    const ada = user("ada@example.com", "USER_SRP_AUTH");
    const session = await signIn(ada).catch((error) => {
      if (/not enabled for this client|flow not enabled/.test(error.message)) throw new NotImplemented(error.message);
      throw error;
    });
    assert.equal(session.getIdToken().payload.email, "ada@example.com");
    await refused(signIn(user("ada@example.com", "USER_SRP_AUTH"), "Wrong-Password-1"), "NotAuthorizedException");
    await refused(signIn(user("nobody@example.com", "USER_SRP_AUTH"), "Wrong-Password-1"), "NotAuthorizedException");
  });

  await report.check("a wrong password is NotAuthorizedException", () =>
    refused(signIn(user("grace@example.com"), "Wrong-Password-1"), "NotAuthorizedException"));

  await report.check("refreshes a session", async () => {
    const ada = user("ada@example.com");
    const session = await signIn(ada);
    const next = await ask(ada, "refreshSession", new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() }));
    assert.notEqual(next.getAccessToken().payload.jti, session.getAccessToken().payload.jti);
    assert.equal(next.getAccessToken().payload.origin_jti, session.getAccessToken().payload.origin_jti);
  });

  await report.check("signs out by revoking the refresh token", async () => {
    const ada = user("ada@example.com");
    const token = (await signIn(ada)).getRefreshToken();
    await new Promise((resolve, reject) => ada.signOut((error) => (error ? reject(error) : resolve())));
    await refused(ask(user("ada@example.com"), "refreshSession", token), "NotAuthorizedException");
  });

  await report.check("signs out everywhere", async () => {
    const it = await member();
    const other = user(it.getUsername());
    const token = (await signIn(other)).getRefreshToken();
    await signIn(it);
    await told(it, "globalSignOut");
    await refused(ask(other, "refreshSession", token), "NotAuthorizedException");
  });

  await report.check("signs up, asks for another code, confirms, and reads the attributes", async () => {
    const name = "new@example.com";
    const it = user(name);
    const { userConfirmed, userSub } = await ask(it.pool, "signUp", name, PASSWORD, [], null);
    assert.equal(userConfirmed, false);
    await ask(it, "resendConfirmationCode");
    await ask(it, "confirmRegistration", await pool.code(name), false);
    await signIn(it);
    const attributes = await ask(it, "getUserAttributes");
    assert.equal(attributes.find((attribute) => attribute.getName() === "sub").getValue(), userSub);
  });

  await report.check("resets a forgotten password", async () => {
    await needs("ForgotPassword", "ConfirmForgotPassword");
    const it = await member();
    const { event } = await told(it, "forgotPassword");
    assert.equal(event, "inputVerificationCode");
    await told(it, "confirmPassword", await pool.code(it.getUsername()), OTHER);
    assert.ok((await signIn(it, OTHER)).isValid());
  });

  await report.check("changes a password", async () => {
    await needs("ChangePassword");
    const it = await member();
    await signIn(it);
    await refused(ask(it, "changePassword", "Wrong-Password-1", OTHER), "NotAuthorizedException");
    await ask(it, "changePassword", PASSWORD, OTHER);
    assert.ok((await signIn(it, OTHER)).isValid());
  });

  await report.check("changes and removes an attribute", async () => {
    await needs("UpdateUserAttributes", "DeleteUserAttributes");
    const it = await member();
    await signIn(it);
    await ask(it, "updateAttributes", [new CognitoUserAttribute({ Name: "name", Value: "Ada Lovelace" })]);
    const value = async () => (await ask(it, "getUserAttributes")).find((each) => each.getName() === "name")?.getValue();
    assert.equal(await value(), "Ada Lovelace");
    await ask(it, "deleteAttributes", ["name"]);
    assert.equal(await value(), undefined);
  });

  await report.check("verifies an attribute", async () => {
    await needs("GetUserAttributeVerificationCode", "VerifyUserAttribute");
    const it = await member();
    await signIn(it);
    await told(it, "getAttributeVerificationCode", "email");
    await told(it, "verifyAttribute", "email", await pool.code(it.getUsername()));
  });

  await report.check("sets up an authenticator app, and signs in with it", async () => {
    await needs("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "RespondToAuthChallenge");
    const it = await member();
    await signIn(it);
    const associated = await new Promise((resolve, reject) =>
      it.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }));
    const now = async () => {
      await pool.call("DescribeUserPoolClient", { UserPoolId: pool.poolId, ClientId: pool.clientId });
      return (await pool.control("pool/calls")).calls.at(-1).at_ms / 1000;
    };
    await told(it, "verifySoftwareToken", totp(associated, await now()), "app");
    await ask(it, "setUserMfaPreference", null, { PreferredMfa: true, Enabled: true });
    const again = user(it.getUsername());
    const challenge = await signIn(again);
    assert.equal(challenge.event, "totpRequired");
    await pool.advance(30);
    const code = totp(associated, await now());
    // This method takes what it calls back before the factor.
    const session = await new Promise((onSuccess, onFailure) =>
      again.sendMFACode(code, { onSuccess, onFailure }, "SOFTWARE_TOKEN_MFA"));
    assert.ok(session.isValid());
  });

  await report.check("deletes the account", async () => {
    await needs("DeleteUser");
    const it = await member();
    await signIn(it);
    await ask(it, "deleteUser");
    await refused(signIn(user(it.getUsername())), "NotAuthorizedException");
  });
} finally {
  await pool.stop();
}
report.finish();
