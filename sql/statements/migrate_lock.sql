-- () -> (pg_advisory_xact_lock void)
-- One migrar at a time; waits as long as lock_timeout lets it.
select pg_advisory_xact_lock(7370951426)
