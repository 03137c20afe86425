// What every rival's driver shares: the messages, the POST, and the talk with the bench.
//
// A driver is called `node NAME.mjs fill N` once, then `node NAME.mjs work` as often as there
// are processes. A worker says {"ready": true}, begins when a line comes on stdin, and says
// {"done": n} whenever more messages were sent and acknowledged to its queue.
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

export const [role, count] = [process.argv[2], Number(process.argv[3] ?? 0)];
export const CONNECTIONS = 64;

const text = name => `Oi ${name}! Vi que mandei msg outro dia mas não deu pra gente conversar. Ainda tem interesse em plantão?`;

export const message = i => ({ to: `+55119${60000000 + i}`, text: text(`Pessoa${i}`) });

const pool = role === 'work' ? new Pool(process.env.BENCH_FAR_END, { connections: CONNECTIONS, pipelining: 1 }) : null;

// Sends one message; throws unless the far end took it and named it.
export async function post({ to, text }) {
  const { statusCode, body } = await pool.request({
    path: process.env.BENCH_PATH,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.BENCH_TOKEN}` },
    body: JSON.stringify({ messaging_product: 'whatsapp', to, type: 'text', text: { body: text } }),
  });
  const answer = await body.json();
  if (statusCode !== 200 || !answer.messages[0].id) throw new Error(`far end answered ${statusCode}`);
}

export function parts(n, size = 5000) {
  const list = [];
  for (let from = 0; from < n; from += size)
    list.push(Array.from({ length: Math.min(size, n - from) }, (_, k) => message(from + k)));
  return list;
}

export function go() {
  process.stdout.write('{"ready": true}\n');
  return new Promise(resolve => createInterface({ input: process.stdin }).once('line', resolve));
}

let done = 0, told = 0;
export const finished = (n = 1) => { done += n; };
setInterval(() => {
  if (done > told) process.stdout.write(`{"done": ${(told = done)}}\n`);
}, 20).unref();
