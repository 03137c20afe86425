-- campanha_editar: changes a campaign that is rascunho, agendada or pausada; what is left out stays. Returns
-- {campanha, ja_enviadas, na_fila}: how many have left with the old text, and how many wait in the queue and
-- were changed with it.
--
-- Text and template are changed for whoever has not got it: those not queued yet, and those that wait
-- in the queue, whose rows go back to the list and are queued anew when it goes on. Whom it is for
-- (filters, segmento, criterios) may be changed before its start only. `max_por_dia` => 0 takes the limit
-- away. Raises 22023 naming the argument.
create or replace function campanha_editar(
    id uuid,
    nome text default null,
    mensagem_template text default null,
    modelo text default null,
    metadata jsonb default null,
    max_por_dia integer default null,
    agendar_para timestamptz default null,
    valido_ate timestamptz default null,
    segmento text default null,
    criterios jsonb default null,
    filtro_especialidades text[] default null,
    filtro_regioes text[] default null,
    filtro_tags text[] default null,
    erro_limite double precision default null)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas := campanha_lock(campanha_editar.id, '{rascunho,agendada,pausada}', 'edited');
    com modelos;
    pelo integer := coalesce(c.numero_id, numero_resolver(c.empresa_id));
    v_muda constant boolean := num_nonnulls(campanha_editar.mensagem_template, campanha_editar.modelo, campanha_editar.metadata,
        campanha_editar.valido_ate) > 0;
    v_seg segmentos;
    v_ja integer := 0;
    v_voltaram integer := 0;
begin
    if c.iniciada_em is not null and num_nonnulls(campanha_editar.segmento, campanha_editar.criterios,
            campanha_editar.filtro_especialidades, campanha_editar.filtro_regioes, campanha_editar.filtro_tags, campanha_editar.agendar_para) > 0 then
        raise exception '%: the campaign has started; its list stays', case
                when campanha_editar.agendar_para is not null then 'agendar_para' when campanha_editar.segmento is not null then 'segmento'
                when campanha_editar.criterios is not null then 'criterios' else 'filtro' end using errcode = '22023';
    end if;
    c.nome := coalesce(nullif(btrim(campanha_editar.nome), ''), c.nome);
    c.mensagem_template := coalesce(nullif(btrim(campanha_editar.mensagem_template, E' \t\r\n'), ''), c.mensagem_template);
    c.metadata := coalesce(campanha_editar.metadata, c.metadata);
    c.max_por_dia := case when campanha_editar.max_por_dia = 0 then null else coalesce(campanha_editar.max_por_dia, c.max_por_dia) end;
    c.erro_limite := coalesce(campanha_editar.erro_limite, c.erro_limite);
    c.valido_ate := coalesce(campanha_editar.valido_ate, c.valido_ate);
    c.agendar_para := coalesce(campanha_editar.agendar_para, c.agendar_para);
    if campanha_editar.modelo is not null then
        com := campanha_modelo(c.empresa_id, pelo, campanha_editar.modelo);
        c.modelo_id := com.id;
    else
        select m.* into com from modelos m where m.id = c.modelo_id;
    end if;
    perform campanha_exigir(c.mensagem_template, c.modelo_id is not null, c.max_por_dia, c.metadata, c.erro_limite);
    perform campanha_chaves_exigir('mensagem_template', c.empresa_id, c.mensagem_template, c.metadata);
    perform campanha_chaves_exigir('modelo', c.empresa_id, com.corpo, c.metadata);
    if not isfinite(campanha_editar.agendar_para) then
        raise exception 'agendar_para: expected an instant, found "%"', campanha_editar.agendar_para using errcode = '22023';
    end if;
    if not isfinite(campanha_editar.valido_ate) or campanha_editar.valido_ate <= agora() then
        raise exception 'valido_ate: expected an instant to come, found "%"', campanha_editar.valido_ate using errcode = '22023';
    end if;
    if num_nonnulls(campanha_editar.valido_ate, campanha_editar.agendar_para) > 0 and c.valido_ate <= c.agendar_para then
        raise exception '%: the campaign would be worth nothing any more when it starts',
            case when campanha_editar.valido_ate is null then 'agendar_para' else 'valido_ate' end using errcode = '22023';
    end if;
    if campanha_editar.segmento is not null then
        v_seg := segmento_resolver(c.empresa_id, campanha_editar.segmento);
        c.segmento := v_seg.nome;
        c.criterios := segmento_both(v_seg.criterios, segmento_criterios(campanha_editar.criterios, c.empresa_id));
    elsif campanha_editar.criterios is not null then
        c.segmento := null;
        c.criterios := nullif(segmento_criterios(campanha_editar.criterios, c.empresa_id), '{}');
    end if;
    if v_muda and c.iniciada_em is not null then
        v_voltaram := campanha_put_back(c);
        select count(*) into v_ja
        from campanha_destinatarios d
        where d.campanha_id = c.id and d.mensagem_id is not null;
    end if;
    update campanhas k
    set nome = c.nome, mensagem_template = c.mensagem_template, modelo_id = c.modelo_id, metadata = c.metadata,
        max_por_dia = c.max_por_dia, erro_limite = c.erro_limite, valido_ate = c.valido_ate, segmento = c.segmento, criterios = c.criterios,
        agendar_para = c.agendar_para, status = case when k.status = 'rascunho' and c.agendar_para is not null then 'agendada' else k.status end,
        filtro_especialidades = case when campanha_editar.filtro_especialidades is null then k.filtro_especialidades else nullif(array_remove(campanha_editar.filtro_especialidades, null), '{}') end,
        filtro_regioes = case when campanha_editar.filtro_regioes is null then k.filtro_regioes else nullif(array_remove(campanha_editar.filtro_regioes, null), '{}') end,
        filtro_tags = case when campanha_editar.filtro_tags is null then k.filtro_tags else nullif(cliente_tags(campanha_editar.filtro_tags), '{}') end
    where k.id = c.id
    returning k.* into c;
    perform campanha_audit(c, 'campanha_editada', jsonb_build_object('ja_enviadas', v_ja, 'na_fila', v_voltaram));
    return jsonb_build_object('campanha', to_jsonb(c), 'ja_enviadas', v_ja, 'na_fila', v_voltaram);
end
$$;
grant execute on function campanha_editar(uuid, text, text, text, jsonb, integer, timestamptz, timestamptz, text, jsonb, text[],
    text[], text[], double precision) to carteiro_ops_escrita;
