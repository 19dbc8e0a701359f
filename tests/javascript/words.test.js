// The pure parts of each explorer, on vectors that Python wrote: the status line and the table for hundreds of choices,
// without a browser. test_javascript.py writes NAME.mjs, the module as it is published, and NAME.json beside it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

const FOLDER = process.env.COURSE_VECTORS;

/** Bytes come as base64, and go to the module as a notebook hands them over. */
function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if ("$bytes" in value) return new DataView(Uint8Array.from(Buffer.from(value.$bytes, "base64")).buffer);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}

const blank = (text) => text.split(/\s+/).filter(Boolean).join(" ");

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".mjs"))) {
  const name = file.replace(".mjs", "");
  const { data, cases } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
  test(`${name} says what Python says for ${cases.length} choices`, async () => {
    const { own } = (await import(pathToFileURL(join(FOLDER, file)))).default;
    const all = decode(data);
    const opened = new Map();
    for (const { state, said, table } of cases) {
      const get = (trait) => state[trait];
      const source = own.source(all, get);
      if (!opened.has(source)) opened.set(source, await own.unpack(source, all));
      const view = { it: opened.get(source), get, own: {}, parts: {} };
      const now = Object.fromEntries(own.choices.map((trait) => [trait, get(trait)]));
      const at = own.place ? own.place(now, view) : now;
      assert.equal(own.sentence(view.it, at), said, JSON.stringify(state));
      if (!own.table || table === null) continue;
      const { head, rows } = own.table(view.it, at);
      const lines = [head, ...rows].map((cells) => blank(cells.join(" ")));
      assert.deepEqual(lines, table.split("\n").map(blank), JSON.stringify(state));
    }
  });
}
