import { deflateSync, inflateSync } from "node:zlib";

/** A picture and how long it stands. */
export type Frame = { png: Buffer; ms: number };

/** An animated PNG of pictures of the same size and kind (PNG, third edition, 11.3.6: acTL, fcTL, fdAT). It plays once. */
export function animated(frames: readonly Frame[]): Buffer {
  const [first] = frames;
  if (!first) throw new Error("no frame");
  const head = chunks(first.png).find(({ type }) => type === "IHDR")?.data;
  if (!head) throw new Error("no picture");
  const out = [Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("acTL", numbers(frames.length, 1))];
  let sequence = 0;
  frames.forEach(({ png, ms }, nth) => {
    const parts = chunks(png);
    if (!parts.find(({ type }) => type === "IHDR")?.data.equals(head)) throw new Error("frames of two sizes");
    // Packed again: a browser's own screenshots are packed in a hurry.
    const data = deflateSync(inflateSync(Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data))), { level: 9 });
    const delay = Buffer.alloc(6);
    delay.writeUInt16BE(ms, 0);
    delay.writeUInt16BE(1000, 2);
    out.push(chunk("fcTL", Buffer.concat([numbers(sequence, head.readUInt32BE(0), head.readUInt32BE(4), 0, 0), delay])));
    sequence += 1;
    if (nth === 0) {
      out.push(chunk("IDAT", data));
    } else {
      out.push(chunk("fdAT", Buffer.concat([numbers(sequence), data])));
      sequence += 1;
    }
  });
  return Buffer.concat([...out, chunk("IEND", Buffer.alloc(0))]);
}

function chunks(png: Buffer): { type: string; data: Buffer }[] {
  const all = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    all.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return all;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([numbers(data.length), named, numbers(crc(named))]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, nth) => bytes.writeUInt32BE(value, nth * 4));
  return bytes;
}

/** CRC-32 as PNG has it (annex D). */
function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
