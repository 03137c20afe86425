-- (text[]) -> (papel text)
-- The roles that are missing in this cluster.
select wanted.papel
from unnest($1::text[]) as wanted (papel)
where not exists (select from pg_roles where rolname = wanted.papel)
order by wanted.papel
