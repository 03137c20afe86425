// pg-boss at its fastest supported use: batches of 1,000, three loops, one completion a batch.
import PgBoss from 'pg-boss';
import { finished, go, parts, post, role, count } from './common.mjs';

const { PGHOST: host, PGPORT: port, PGUSER: user, PGPASSWORD: password, PGDATABASE: database } = process.env;
const boss = new PgBoss({ host, port: Number(port), user, password, database, max: 10 });
await boss.start();
await boss.createQueue('send');

async function loop() {
  for (;;) {
    const jobs = await boss.fetch('send', { batchSize: 1000 });
    if (!jobs.length) return;
    await Promise.all(jobs.map(job => post(job.data)));
    await boss.complete('send', jobs.map(job => job.id));
    finished(jobs.length);
  }
}

if (role === 'fill') {
  for (const part of parts(count)) await boss.insert(part.map(data => ({ name: 'send', data })));
  await boss.stop({ graceful: false });
  process.exit(0);
}
await go();
await Promise.all([loop(), loop(), loop()]);
setInterval(() => {}, 1000); // stays until it is told to end
