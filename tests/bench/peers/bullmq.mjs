// BullMQ, 200 at once in each process; finished jobs are removed.
import { Queue, Worker } from 'bullmq';
import { finished, go, parts, post, role, count } from './common.mjs';

const { BENCH_REDIS_PORT, BENCH_REDIS_USER: username, BENCH_REDIS_PASSWORD: password } = process.env;
const connection = { host: '127.0.0.1', port: Number(BENCH_REDIS_PORT), username, password, maxRetriesPerRequest: null };

if (role === 'fill') {
  const queue = new Queue('send', { connection });
  for (const part of parts(count))
    await queue.addBulk(part.map(data => ({ name: 'send', data, opts: { removeOnComplete: true } })));
  process.exit(0);
}
await go();
const worker = new Worker('send', job => post(job.data), { connection, concurrency: 200 });
worker.on('completed', () => finished());
worker.on('failed', (_, error) => { console.error(error.message); process.exit(1); });
