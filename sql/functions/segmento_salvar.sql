-- segmento_salvar: makes a segment of a company, or changes it. Returns the row.
--
-- `titulo` left out stays, or is the name. One of the company goes before a predefined one of that name.
-- Campaigns made from it keep what it said then. Raises 22023 naming the argument.
create or replace function segmento_salvar(nome text, criterios jsonb, titulo text default null, empresa text default null)
returns segmentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(segmento_salvar.empresa);
    v_criterios jsonb := segmento_criterios(segmento_salvar.criterios, dona);
    v_titulo text := nullif(btrim(segmento_salvar.titulo), '');
    salvo segmentos;
begin
    if segmento_salvar.nome is null or segmento_salvar.nome !~ '^[a-z][a-z0-9_]{0,62}$' then
        raise exception 'nome: expected a-z, 0-9 and _, beginning with a letter' using errcode = '22023';
    end if;
    if coalesce(v_criterios, '{}') = '{}' then
        raise exception 'criterios: expected at least one criterion' using errcode = '22023';
    end if;
    insert into segmentos as s (empresa_id, nome, titulo, criterios)
    values (dona, segmento_salvar.nome, coalesce(v_titulo, segmento_salvar.nome), v_criterios)
    on conflict on constraint segmentos_unico do update
    set titulo = coalesce(v_titulo, s.titulo), criterios = excluded.criterios
    returning s.* into salvo;
    return salvo;
end
$$;
grant execute on function segmento_salvar(text, jsonb, text, text) to carteiro_ops_escrita;
