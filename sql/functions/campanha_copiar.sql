-- campanha_copiar: a new rascunho that says the same to the same kind of people. Returns its row.
create or replace function campanha_copiar(id uuid, nome text default null)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas;
    nova uuid := uuidv7();
    pista integer;
    criada campanhas;
begin
    select k.* into c from campanhas k where k.id = campanha_copiar.id;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_copiar.id::text, 'without an id') using errcode = '22023';
    end if;
    insert into faixas (empresa_id, origem, origem_id, proposito)
    values (c.empresa_id, 'campanha', nova::text, 'marketing')
    returning faixas.id into pista;
    insert into campanhas as k (id, empresa_id, nome, tipo, mensagem_template, modelo_id, filtro_especialidades,
        filtro_regioes, filtro_tags, segmento, criterios, metadata, numero_id, faixa_id, max_por_dia, erro_limite, erro_minimo)
    values (nova, c.empresa_id, coalesce(nullif(btrim(campanha_copiar.nome), ''), 'Cópia de ' || c.nome), c.tipo, c.mensagem_template,
        c.modelo_id, c.filtro_especialidades, c.filtro_regioes, c.filtro_tags, c.segmento, c.criterios, c.metadata, c.numero_id,
        pista, c.max_por_dia, c.erro_limite, c.erro_minimo)
    returning k.* into criada;
    perform campanha_audit(criada, 'campanha_criada', jsonb_build_object('copia_de', c.id));
    return criada;
end
$$;
grant execute on function campanha_copiar(uuid, text) to carteiro_ops_escrita;
