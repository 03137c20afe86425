-- proativo_lista: lines of a list, each with its bullet, and how many of `total` it leaves out.
create or replace function proativo_lista(linhas text[], total bigint)
returns text
language sql immutable parallel safe
as $$
    select array_to_string(array(select '• ' || l.linha from unnest(linhas) with ordinality as l (linha, n) order by l.n), E'\n')
        || case when total > cardinality(linhas) then E'\ne mais ' || (total - cardinality(linhas)) else '' end
$$;
