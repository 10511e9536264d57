// node front.mjs PORT UPSTREAM LOG
// What tests talk to: passes requests on, notes each as a line of JSON, and makes trouble on demand.
//   POST /__fault {"match": "POST .*comments", "status": 502, "after": true, "times": 1, "headers": {}, "body": {}}
//   POST /__head {"pull": 7, "sha": "…"}
// `after` carries the request out first and hides the answer; status 0 drops the connection. `__head` answers as if
// the pull request's branch had been pushed to that commit: the emulator knows no commits but its own.
import { appendFileSync } from 'node:fs';
import { createServer, request } from 'node:http';

const [port, upstream, log] = [Number(process.argv[2]), new URL(process.argv[3]), process.argv[4]];
let faults = [];
const heads = new Map();

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

createServer(async (incoming, outgoing) => {
  const body = await readAll(incoming);
  if (incoming.url === '/__fault') {
    faults.push({ times: 1, headers: {}, body: { message: 'injected' }, ...JSON.parse(body) });
    return outgoing.end('{}');
  }
  if (incoming.url === '/__head') {
    const { pull, sha } = JSON.parse(body);
    heads.set(pull, sha);
    return outgoing.end('{}');
  }
  if (incoming.url === '/__clear') {
    faults = [];
    return outgoing.end('{}');
  }
  const note = status => appendFileSync(log, JSON.stringify({ method: incoming.method, path: incoming.url, status }) + '\n');
  const fault = faults.find(one => one.times > 0 && new RegExp(one.match).test(`${incoming.method} ${incoming.url}`));
  try {
    const answer = fault && !fault.after ? null : await passOn(incoming, body);
    if (fault) {
      fault.times -= 1;
      note(fault.status);
      if (fault.status === 0) return incoming.socket.destroy();
      outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      return outgoing.end(JSON.stringify(fault.body));
    }
    note(answer.status);
    // A client follows these only to the host that it asked.
    const { link, ...headers } = answer.headers;
    if (link) headers.link = link.replace(/<http:\/\/[^/>]+/g, `<http://127.0.0.1:${port}`);
    const pull = Number(/\/pulls\/(\d+)$/.exec(incoming.url)?.[1]);
    if (answer.status === 200 && heads.has(pull)) {
      const shown = JSON.parse(answer.body);
      shown.head.sha = heads.get(pull);
      answer.body = Buffer.from(JSON.stringify(shown));
      headers['content-length'] = answer.body.length;
      delete headers['transfer-encoding'];
    }
    outgoing.writeHead(answer.status, headers);
    return outgoing.end(answer.body);
  } catch (error) {
    outgoing.writeHead(502, { 'content-type': 'application/json' });
    return outgoing.end(JSON.stringify({ message: String(error) }));
  }
}).listen(port, '127.0.0.1');
