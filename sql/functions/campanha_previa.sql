-- campanha_previa: who a campaign would reach, as things stand: {total, amostra [{nome,
-- especialidade, regiao}] (10), excluidos {motivo: n}}.
--
-- `total` are those who get it; whoever is left out counts in excluidos only. For one that is
-- scheduled the 24 h windows are those that will still be open at its start. Not stable: it may
-- stand in one statement with the campanha_criar that it previews.
create or replace function campanha_previa(id uuid)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    todos uuid[];
    c campanhas;
    t record;
    f segmento_filtro;
    v_numeros integer[];
    instante timestamptz := agora();
    total bigint;
    excluidos jsonb;
    amostra jsonb;
begin
    select k.* into c from campanhas k where k.id = campanha_previa.id;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_previa.id::text, 'without an id')
            using errcode = '22023';
    end if;
    if c.status = 'agendada' then
        instante := greatest(instante, c.agendar_para);
    end if;
    t := campanha_textos(c);
    todos := array(select cl.id from clientes cl where cl.empresa_id = c.empresa_id);
    f := segmento_compile(c.criterios, coalesce(c.iniciada_em, instante));
    v_numeros := campanha_numeros(c);

    select coalesce(sum(g.n) filter (where g.exclusao is null), 0),
           coalesce(jsonb_object_agg(g.exclusao, g.n) filter (where g.exclusao is not null), '{}')
    into total, excluidos
    from (
        select s.exclusao, count(*) as n
        from campanha_segmento(c, f, v_numeros, t.chaves, t.chaves_modelo, instante, todos) s
        group by s.exclusao
    ) as g;

    select coalesce(jsonb_agg(jsonb_build_object(
        'nome', p.nome, 'especialidade', p.especialidade_nome, 'regiao', p.regiao) order by p.id), '[]')
    into amostra
    from (
        select cl.*
        from campanha_segmento(c, f, v_numeros, t.chaves, t.chaves_modelo, instante, todos) s
        join clientes cl on cl.id = s.cliente_id
        where s.exclusao is null
        order by s.cliente_id
        limit 10
    ) as p;
    return jsonb_build_object('total', total, 'amostra', amostra, 'excluidos', excluidos);
end
$$;
grant execute on function campanha_previa(uuid) to carteiro_ops_leitura, carteiro_ops_escrita;
