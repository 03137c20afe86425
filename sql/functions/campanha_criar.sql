-- campanha_criar: makes a campaign, with a lane of its own. Returns its row.
--
-- With `agendar_para` it is agendada and starts by itself, else it is a rascunho that waits for
-- campanha_iniciar. It needs `mensagem_template` (goes while the 24 h window is open) or `modelo`
-- (goes outside it) or both. `max_por_dia` counts people in the company's days: 50 when left out,
-- null for no limit. Filters: any of the especialidades, any of the regioes, all of the tags.
-- Besides these its people may be those of a `segmento` (a name) and of `criterios` (see
-- segmento_criterios), as they stand at the start. `numero` left out is the company's default; "todos"
-- spreads the people over its numbers. It pauses by itself when more than `erro_limite` of what ended
-- failed (0.10 when left out, null: never). Raises 22023 naming the argument.
create or replace function campanha_criar(
    nome text,
    tipo text,
    mensagem_template text default null,
    filtro_especialidades text[] default null,
    filtro_regioes text[] default null,
    filtro_tags text[] default null,
    agendar_para timestamptz default null,
    max_por_dia integer default 50,
    modelo text default null,
    metadata jsonb default null,
    numero text default null,
    valido_ate timestamptz default null,
    empresa text default null,
    segmento text default null,
    criterios jsonb default null,
    erro_limite double precision default 0.10)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(campanha_criar.empresa);
    pelo integer;
    com modelos;
    texto text := nullif(btrim(campanha_criar.mensagem_template, E' \t\r\n'), '');
    extra jsonb := coalesce(campanha_criar.metadata, '{}');
    nova uuid := uuidv7();
    pista integer;
    v_segmento segmentos;
    v_criterios jsonb;
    v_todos boolean := lower(btrim(campanha_criar.numero)) = 'todos';
    criada campanhas;
begin
    if btrim(coalesce(campanha_criar.nome, '')) = '' then
        raise exception 'nome: expected a name, found nothing' using errcode = '22023';
    end if;
    if campanha_criar.tipo is null or campanha_criar.tipo not in ('primeiro_contato', 'followup', 'promocional') then
        raise exception 'tipo: expected primeiro_contato, followup or promocional, found "%"', campanha_criar.tipo
            using errcode = '22023';
    end if;
    perform campanha_exigir(texto, campanha_criar.modelo is not null, campanha_criar.max_por_dia, extra, campanha_criar.erro_limite);
    if not isfinite(campanha_criar.agendar_para) then
        raise exception 'agendar_para: expected an instant, found "%"', campanha_criar.agendar_para
            using errcode = '22023';
    end if;
    if not isfinite(campanha_criar.valido_ate) then
        raise exception 'valido_ate: expected an instant, found "%"', campanha_criar.valido_ate
            using errcode = '22023';
    end if;
    if campanha_criar.valido_ate <= greatest(agora(), campanha_criar.agendar_para) then
        raise exception 'valido_ate: expected an instant after the campaign''s start' using errcode = '22023';
    end if;

    v_criterios := segmento_criterios(campanha_criar.criterios, dona);
    if campanha_criar.segmento is not null then
        v_segmento := segmento_resolver(dona, campanha_criar.segmento);
        v_criterios := segmento_both(v_segmento.criterios, v_criterios);
    end if;
    pelo := numero_resolver(dona, case when v_todos then null else campanha_criar.numero end);
    com := campanha_modelo(dona, pelo, campanha_criar.modelo);
    perform campanha_chaves_exigir('mensagem_template', dona, texto, extra);
    perform campanha_chaves_exigir('modelo', dona, com.corpo, extra);

    insert into faixas (empresa_id, origem, origem_id, proposito)
    values (dona, 'campanha', nova::text, 'marketing')
    returning id into pista;
    insert into campanhas as c (id, empresa_id, nome, tipo, status, mensagem_template, modelo_id,
        filtro_especialidades, filtro_regioes, filtro_tags, segmento, criterios, metadata, numero_id, faixa_id,
        agendar_para, max_por_dia, valido_ate, erro_limite)
    values (nova, dona, btrim(campanha_criar.nome), campanha_criar.tipo,
        case when campanha_criar.agendar_para is null then 'rascunho' else 'agendada' end, texto, com.id,
        nullif(array_remove(campanha_criar.filtro_especialidades, null), '{}'),
        nullif(array_remove(campanha_criar.filtro_regioes, null), '{}'),
        nullif(cliente_tags(campanha_criar.filtro_tags), '{}'),
        v_segmento.nome, nullif(v_criterios, '{}'), extra, case when not coalesce(v_todos, false) then pelo end, pista,
        campanha_criar.agendar_para, campanha_criar.max_por_dia, campanha_criar.valido_ate, campanha_criar.erro_limite)
    returning c.* into criada;
    perform campanha_audit(criada, 'campanha_criada');
    return criada;
end
$$;
grant execute on function campanha_criar(text, text, text, text[], text[], text[], timestamptz, integer, text,
    jsonb, text, timestamptz, text, text, jsonb, double precision) to carteiro_ops_escrita;
