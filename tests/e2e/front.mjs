// node front.mjs PORT UPSTREAM LOG
// What tests talk to: passes requests on, notes each as a line of JSON, and makes trouble on demand.
//   POST /__fault {"match": "POST .*comments", "status": 502, "after": true, "times": 1, "headers": {}, "body": {}}
//   POST /__head {"pull": 7, "head": {"sha": "…", "ref": "…", "repo": {…}}}
//   POST /__artifact?run=4242&name=reproof&head=…, with an archive as body
// `after` carries the request out first and hides the answer; status 0 drops the connection, status -1 drops it in the
// middle of the body, status -2 answers nothing for `seconds`. `__head` answers as if the pull request's branch were
// that, in a search by head as well: the emulator knows no commits but its own. Artifacts are kept here: the emulator cannot take them.
import { appendFileSync } from 'node:fs';
import { createServer, request } from 'node:http';

const [port, upstream, log] = [Number(process.argv[2]), new URL(process.argv[3]), process.argv[4]];
let faults = [];
const heads = new Map();
const artifacts = [];

const readAll = async stream => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const passOn = (incoming, body) => new Promise((resolve, reject) => {
  const outgoing = request({
    host: upstream.hostname, port: upstream.port, path: incoming.url, method: incoming.method,
    headers: { ...incoming.headers, host: upstream.host },
  }, async answer => resolve({ status: answer.statusCode, headers: answer.headers, body: await readAll(answer) }));
  outgoing.on('error', reject);
  outgoing.end(body);
});

const described = ({ id, run, name, body, created }) => ({
  id, node_id: 'A', name, size_in_bytes: body.length, expired: false, created_at: created, expires_at: null, updated_at: null,
  url: `http://127.0.0.1:${port}/artifacts/${id}`, archive_download_url: `http://127.0.0.1:${port}/artifacts/${id}/zip`,
  workflow_run: { id: run },
});

const asHeads = shown => Array.isArray(shown)
  ? shown.map(asHeads)
  : { ...shown, head: { ...shown.head, ...heads.get(shown.number) } };

createServer(async (incoming, outgoing) => {
  const body = await readAll(incoming);
  if (incoming.url === '/__fault') {
    faults.push({ times: 1, headers: {}, body: { message: 'injected' }, ...JSON.parse(body) });
    return outgoing.end('{}');
  }
  if (incoming.url === '/__head') {
    const { pull, head } = JSON.parse(body);
    heads.set(pull, { ...heads.get(pull), ...head });
    return outgoing.end('{}');
  }
  const asked = new URL(incoming.url, `http://127.0.0.1:${port}`);
  if (asked.pathname === '/__artifact') {
    const run = Number(asked.searchParams.get('run'));
    const [name, head] = ['name', 'head'].map(key => asked.searchParams.get(key));
    const created = `${new Date().toISOString().slice(0, 19)}Z`;
    artifacts.push({ id: artifacts.length + 1, run, name, head, body, created });
    return outgoing.end('{}');
  }
  if (asked.pathname.startsWith('/__blob/')) {
    if (incoming.headers.authorization) throw new Error('the token went to the storage');
    return outgoing.end(artifacts[Number(asked.pathname.slice(8)) - 1].body);
  }
  if (incoming.url === '/__clear') {
    faults = [];
    return outgoing.end('{}');
  }
  const sent = body.length && body.length < 1e6 ? JSON.parse(body) : null;
  const note = status => appendFileSync(log, JSON.stringify({ method: incoming.method, path: incoming.url, status, sent }) + '\n');
  const fault = faults.find(one => one.times > 0 && new RegExp(one.match).test(`${incoming.method} ${incoming.url}`));
  try {
    const branch = asked.pathname.endsWith('/pulls') ? asked.searchParams.get('head') : null;
    if (branch) incoming.url = incoming.url.replace(/([?&])head=[^&]*&?/, '$1');
    const answer = fault && !fault.after ? null : await passOn(incoming, body);
    if (fault) {
      fault.times -= 1;
      note(fault.status);
      if (fault.status === 0) return incoming.socket.destroy();
      if (fault.status === -1) {
        outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
        outgoing.write('{"id": 1, "body": "the');
        return setTimeout(() => incoming.socket.destroy(), 20);
      }
      if (fault.status === -2) return setTimeout(() => incoming.socket.destroy(), fault.seconds * 1000);
      if (typeof fault.body === 'string') {
        outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
        return outgoing.end(fault.body);
      }
      outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      return outgoing.end(JSON.stringify(fault.body));
    }
    const { link, ...headers } = answer.headers;
    const replace = body => {
      answer.body = Buffer.from(JSON.stringify(body));
      headers['content-length'] = answer.body.length;
      delete headers['transfer-encoding'];
    };
    const listed = /\/actions\/runs\/(\d+)\/artifacts$/.exec(asked.pathname);
    const loaded = /\/actions\/artifacts\/(\d+)\/zip$/.exec(asked.pathname);
    if (listed) {
      answer.status = 200;
      const kept = artifacts.filter(one => one.run === Number(listed[1]) && one.name === asked.searchParams.get('name'));
      headers['content-type'] = 'application/json';
      replace({ total_count: kept.length, artifacts: kept.map(one => described(one)) });
    } else if (asked.pathname.endsWith('/actions/runs')) {
      answer.status = 200;
      const ids = new Set(artifacts.filter(one => one.head === asked.searchParams.get('head_sha')).map(one => one.run));
      headers['content-type'] = 'application/json';
      replace({ total_count: ids.size, workflow_runs: [...ids].map(id => ({ id })) });
    } else if (loaded) {
      answer.status = 302;
      headers.location = `http://127.0.0.1:${port}/__blob/${loaded[1]}`;
    } else if (answer.status === 200 && /\/pulls(\/\d+)?$/.test(asked.pathname)) {
      const shown = asHeads(JSON.parse(answer.body));
      const ofBranch = ({ head }) => `${head.repo.full_name.split('/')[0]}:${head.ref}` === branch;
      replace(branch ? shown.filter(ofBranch) : shown);
    }
    note(answer.status);
    // A client follows these only to the host that it asked.
    if (link) headers.link = link.replace(/<http:\/\/[^/>]+/g, `<http://127.0.0.1:${port}`);
    outgoing.writeHead(answer.status, headers);
    return outgoing.end(answer.body);
  } catch (error) {
    outgoing.writeHead(502, { 'content-type': 'application/json' });
    return outgoing.end(JSON.stringify({ message: String(error) }));
  }
}).listen(port, '127.0.0.1');
