// graphile-worker with its local queue of 1,000 and completions in batches, 256 at once.
import { Logger, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { finished, go, parts, post, role, count } from './common.mjs';

const CONCURRENCY = 256;
const pgPool = new pg.Pool({ max: 12 });
if (role === 'fill') {
  await runMigrations({ pgPool });
  for (const part of parts(count))
    await pgPool.query(
      `select graphile_worker.add_jobs(array(
         select ('send', m, null, now(), null, null, null, null)::graphile_worker.job_spec
         from json_array_elements($1::json) m))`, [JSON.stringify(part)]);
  await pgPool.query('vacuum analyze graphile_worker._private_jobs');
  process.exit(0);
}
await go();
await run({
  pgPool,
  noHandleSignals: true,
  pollInterval: 1000,
  logger: new Logger(() => () => {}),
  concurrency: CONCURRENCY,
  preset: { worker: { localQueue: { size: 1000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0, concurrentJobs: CONCURRENCY } },
  taskList: { send: async payload => { await post(payload); finished(); } },
});
