// `aws-jwt-verify`, AWS's own verifier, believes the pool's tokens, and refuses them where it must.

import assert from "node:assert/strict";
import { JwtVerifier } from "aws-jwt-verify";
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { startPool } from "./pool.mjs";
import { Report } from "./report.mjs";

const report = new Report("aws-jwt-verify");
const pool = await startPool();

/** Its Cognito verifier knows AWS's hosts alone, so this is the same two steps with the pool's issuer. */
function verifier(tokenUse, clientId = pool.clientId) {
  const customJwtCheck = ({ payload }) => validateCognitoJwtFields(payload, { tokenUse, clientId });
  const options = { issuer: pool.issuer, audience: null, jwksUri: `${pool.issuer}/.well-known/jwks.json`, customJwtCheck };
  return JwtVerifier.create(options, { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchBytes } }) });
}

/** Its own fetcher insists on https. */
async function fetchBytes(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.arrayBuffer();
}

const refused = (verifying, name) => assert.rejects(verifying, (error) => error.constructor.name === name);

try {
  const tokens = await pool.tokens();

  await report.check("the access token is what it says", async () => {
    const payload = await verifier("access").verify(tokens.AccessToken);
    assert.equal(payload.client_id, pool.clientId);
    assert.equal(payload.scope, "aws.cognito.signin.user.admin");
  });

  await report.check("the ID token is what it says", async () => {
    const payload = await verifier("id").verify(tokens.IdToken);
    assert.equal(payload.aud, pool.clientId);
    assert.equal(payload.email, "ada@example.com");
  });

  await report.check("neither passes for the other, nor for another app client's", async () => {
    await refused(verifier("access").verify(tokens.IdToken), "CognitoJwtInvalidTokenUseError");
    await refused(verifier("id").verify(tokens.AccessToken), "CognitoJwtInvalidTokenUseError");
    await refused(verifier("access", "another").verify(tokens.AccessToken), "CognitoJwtInvalidClientIdError");
    await refused(verifier("id", "another").verify(tokens.IdToken), "CognitoJwtInvalidClientIdError");
  });

  await report.check("the discovery document names the key set, and the key set holds a key for each token", async () => {
    const discovery = await (await fetch(`${pool.issuer}/.well-known/openid-configuration`)).json();
    assert.equal(discovery.issuer, pool.issuer);
    const { keys } = await (await fetch(discovery.jwks_uri)).json();
    assert.deepEqual(keys.map(({ alg, kty, use }) => [alg, kty, use]), [["RS256", "RSA", "sig"], ["RS256", "RSA", "sig"]]);
    const kids = [tokens.AccessToken, tokens.IdToken].map((token) => JSON.parse(atob(token.split(".")[0])).kid);
    assert.deepEqual(keys.map(({ kid }) => kid).sort(), kids.sort());
  });

  await report.check("refreshed tokens verify, too, also under keys that were exchanged", async () => {
    const RefreshToken = tokens.RefreshToken;
    await pool.control("pool/rotate-keys", {});
    const { AuthenticationResult: next } = await pool.call("GetTokensFromRefreshToken", { ClientId: pool.clientId, RefreshToken });
    await verifier("access").verify(next.AccessToken);
    await verifier("id").verify(next.IdToken);
    await verifier("access").verify(tokens.AccessToken);
  });

  await report.check("each fault in a token that the pool can make on demand is refused", async () => {
    const faults = {
      wrong_iss: "JwtInvalidIssuerError",
      wrong_client_id: "CognitoJwtInvalidClientIdError",
      wrong_kid: "KidNotFoundInJwksError",
      alg_none: "ParameterValidationError",
      hs256: "JwtInvalidSignatureAlgorithmError",
    };
    const wrong = {};
    for (const kind of Object.keys(faults)) {
      await pool.control("pool/fault", { operation: "InitiateAuth", kind });
      const { AccessToken } = await pool.tokens();
      wrong[kind] = await verifier("access").verify(AccessToken).then(() => "accepted", (error) => error.constructor.name);
    }
    assert.ok(!Object.values(wrong).includes("accepted"), JSON.stringify(wrong));
    for (const kind of ["wrong_iss", "wrong_client_id", "wrong_kid"]) assert.equal(wrong[kind], faults[kind]);
  });
} finally {
  await pool.stop();
}
report.finish();
