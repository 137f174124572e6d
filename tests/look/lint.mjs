// Say what of a mail's HTML is not supported, or in part, by which mail programs: one line of JSON.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";

const { issues } = caniemail({ clients: process.argv.slice(3), html: readFileSync(process.argv[2], "utf8") });
const found = {};
for (const [kind, byClient] of Object.entries(issues))
  for (const [client, list] of byClient)
    for (const issue of list) ((found[issue.title] ??= {})[kind] ??= []).push(client);
console.log(JSON.stringify(found));
