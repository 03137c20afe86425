-- campanha_segmento: those of these people that a campaign is for: why each one left out is (null:
-- gets it), with the 24 h windows as they stand at `instante`, and by which conversa and number.
--
-- Preview and list both read this. Who became a cliente after the start is not in it. A person keeps
-- the number that they talk with, when it is one of `numeros`, else the one that their id falls on.
-- Written so that the planner inlines it: `f` comes from segmento_compile, `numeros` from campanha_numeros,
-- `chaves` and `chaves_modelo` from campanha_textos, once; each column is to be read once.
-- People are given by id: by a stretch of ids it would be statistics that choose between the company's
-- index and a walk past everybody else's people.
create or replace function campanha_segmento(c campanhas, f segmento_filtro, numeros integer[],
    chaves text[], chaves_modelo text[], instante timestamptz, ids uuid[])
returns table (cliente_id uuid, exclusao text, pessoa clientes, conversa_id uuid, numero_id integer)
language sql stable
as $$
    select cl.id, campanha_exclusao(cl, c.metadata, cv.janela_24h_ate > instante, chaves, chaves_modelo), cl, cv.id,
        coalesce(cv.numero_id, numeros[1 + (uuid_hash(cl.id) & 2147483647) % cardinality(numeros)])
    from unnest(ids) as u (id)
    join clientes cl on cl.id = u.id
    left join lateral (
        select k.id, k.numero_id, k.janela_24h_ate
        from conversas k
        where k.cliente_id = cl.id
          and k.status = 'ativa'
          and (c.numero_id is null and k.numero_id = any (numeros) or k.numero_id = c.numero_id)
        limit 1  -- keeps it a look-up per person, whatever statistics say
    ) as cv on true
    where cl.empresa_id = c.empresa_id
      and segmento_has(cl, f)
      and (c.filtro_especialidades is null or cl.especialidade_nome = any (c.filtro_especialidades))
      and (c.filtro_regioes is null or cl.regiao = any (c.filtro_regioes))
      and (c.filtro_tags is null or cl.tags @> c.filtro_tags)
      and (c.iniciada_em is null or cl.created_at <= c.iniciada_em)
$$;
