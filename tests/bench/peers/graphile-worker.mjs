// graphile-worker with its local queue of 1,000 and completions in batches, 256 at once; with
// BENCH_CONCURRENCY without queue and batches, so many at once: how it is quickest to begin a job.
import { Logger, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { finished, go, parts, post, role, count } from './common.mjs';

const few = Number(process.env.BENCH_CONCURRENCY ?? 0);
const concurrency = few || 256;
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
  concurrency,
  ...(few ? {} : { preset: { worker: { localQueue: { size: 1000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0, concurrentJobs: concurrency } } }),
  taskList: { send: async payload => { await post(payload); finished(); } },
});
