-- campanha_segmento: the people of a campaign's filters with ids in (apos, ate], and why each one
-- left out is (null: gets it), with the 24 h windows as they stand at `instante`.
--
-- Preview and list both read this. Who became a cliente after the start is not in it. Written so
-- that the planner inlines it: `chaves` and `chaves_modelo` come from campanha_textos, once.
create or replace function campanha_segmento(
    c campanhas, chaves text[], chaves_modelo text[], instante timestamptz, apos uuid, ate uuid)
returns table (cliente_id uuid, exclusao text)
language sql stable
as $$
    select cl.id, campanha_exclusao(cl, c.metadata, cv.janela_24h_ate > instante, chaves, chaves_modelo)
    from clientes cl
    left join lateral (
        select k.janela_24h_ate
        from conversas k
        where k.cliente_id = cl.id and k.numero_id = c.numero_id and k.status = 'ativa'
        limit 1  -- keeps it a look-up per person, whatever statistics say
    ) as cv on true
    where cl.empresa_id = c.empresa_id
      and cl.id > apos
      and cl.id <= ate
      and (c.filtro_especialidades is null or cl.especialidade_nome = any (c.filtro_especialidades))
      and (c.filtro_regioes is null or cl.regiao = any (c.filtro_regioes))
      and (c.filtro_tags is null or cl.tags @> c.filtro_tags)
      and (c.iniciada_em is null or cl.created_at <= c.iniciada_em)
$$;
