import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows at this moment: RFC 6238 with SHA-1, six digits and thirty seconds. */
export function oneTimeCode(secret: string, atMs: number): string {
  const bits = [...secret.replaceAll(" ", "")].map((digit) => ALPHABET.indexOf(digit).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const key = Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
  const tag = createHmac("sha1", key).update(counter).digest();
  const at = (tag.at(-1) ?? 0) & 15;
  return String((tag.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
