-- segmento_compile: criteria as segmento_criterios keeps them, ready to be held against people; days
-- count back from `em`. Null for null.
create or replace function segmento_compile(criterios jsonb, em timestamptz)
returns segmento_filtro
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    f segmento_filtro;
begin
    f.especialidades := (select array_agg(x) from jsonb_array_elements_text(criterios -> 'especialidade') x);
    f.regioes := (select array_agg(x) from jsonb_array_elements_text(criterios -> 'regiao') x);
    f.tags := (select array_agg(x) from jsonb_array_elements_text(criterios -> 'tag') x);
    f.status := criterios ->> 'status';
    f.engajamento := (criterios ->> 'engajamento')::integer;
    f.contato_desde := case jsonb_typeof(criterios -> 'ultimo_contato')
        when 'number' then em - make_interval(days => (criterios ->> 'ultimo_contato')::integer)
        when 'string' then (criterios ->> 'ultimo_contato')::timestamptz end;
    f.inativo_desde := case jsonb_typeof(criterios -> 'inativo_desde')
        when 'number' then em - make_interval(days => (criterios ->> 'inativo_desde')::integer)
        when 'string' then (criterios ->> 'inativo_desde')::timestamptz end;
    return f;
end
$$;
