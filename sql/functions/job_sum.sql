-- job_sum: the counts of several companies as one: numbers are added, reasons counted.
create or replace function job_sum(partes jsonb[])
returns jsonb
language sql immutable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'planejados', coalesce(sum((p.parte ->> 'planejados')::integer), 0),
        'ja_enviados', coalesce(sum((p.parte ->> 'ja_enviados')::integer), 0),
        'pulados', coalesce((
            select jsonb_object_agg(m.motivo, m.n)
            from (
                select x.motivo, sum(x.n) as n
                from unnest(partes) as q (parte)
                cross join lateral (
                    select k.key as motivo, k.value::integer as n from jsonb_each_text(coalesce(q.parte -> 'pulados', '{}')) k
                    union all
                    select q.parte ->> 'pulado', 1 where q.parte ? 'pulado'
                ) as x
                group by x.motivo
            ) as m), '{}'))
    from unnest(partes) as p (parte)
$$;
