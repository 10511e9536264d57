// node slim.mjs SPEC OPERATIONS OUT
// GitHub's OpenAPI file, cut to the operations that reproof may call. The proxy refuses everything else, so that
// the list is also the gate: a new call of ours has to be written down there.
import { readFileSync, writeFileSync } from 'node:fs';

const [specFile, operationsFile, out] = process.argv.slice(2);
const spec = JSON.parse(readFileSync(specFile, 'utf8'));
const operations = JSON.parse(readFileSync(operationsFile, 'utf8'));
const slim = { openapi: spec.openapi, info: spec.info, servers: [{ url: '/' }], paths: {}, components: {} };

for (const [path, methods] of Object.entries(operations)) {
  const known = spec.paths[path];
  if (!known) throw new Error(`GitHub has no path ${path}`);
  slim.paths[path] = known.parameters ? { parameters: known.parameters } : {};
  for (const method of methods) {
    if (!known[method]) throw new Error(`GitHub has no ${method} ${path}`);
    slim.paths[path][method] = known[method];
  }
}

const taken = new Set();
const pending = [slim.paths];
while (pending.length) {
  const node = pending.pop();
  if (!node || typeof node !== 'object') continue;
  pending.push(...Object.values(node));
  if (typeof node.$ref !== 'string' || taken.has(node.$ref)) continue;
  taken.add(node.$ref);
  const [, ...keys] = node.$ref.split('/').map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let from = spec;
  let to = slim;
  keys.forEach((key, index) => {
    from = from[key];
    to = index === keys.length - 1 ? (to[key] = from) : (to[key] ??= {});
  });
  pending.push(from);
}
writeFileSync(out, JSON.stringify(slim));
