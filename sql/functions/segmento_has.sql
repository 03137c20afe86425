-- segmento_has: whether this person meets these criteria. The one place that decides it, for the preview
-- of a segment, of a campaign, and its list. Whoever is interno is in no segment. Written so that the
-- planner can inline it.
create or replace function segmento_has(pessoa clientes, f segmento_filtro)
returns boolean
language sql immutable parallel safe
as $$
    select not pessoa.interno
       and (f.especialidades is null or pessoa.especialidade_nome = any (f.especialidades))
       and (f.regioes is null or pessoa.regiao = any (f.regioes))
       and (f.tags is null or pessoa.tags @> f.tags)
       and (f.status is null or pessoa.status = f.status)
       and (f.engajamento is null or pessoa.total_interacoes >= f.engajamento)
       and (f.contato_desde is null or pessoa.ultimo_contato_em >= f.contato_desde)
       and (f.inativo_desde is null or pessoa.ultimo_contato_em is null or pessoa.ultimo_contato_em < f.inativo_desde)
$$;
