-- segmento_criterios: criteria as they are kept: checked, and each in one form; null for null.
--
-- especialidade, regiao (any of), tag (all of): a text or a list; status: ativo or optout; engajamento:
-- at least so many interactions; ultimo_contato: contact at or after; inativo_desde: none since, ever
-- counts too. The last two take an instant (without zone the company's) or a number of days that ended
-- when somebody asks. Raises 22023 that names the criterion.
create or replace function segmento_criterios(criterios jsonb, dona uuid)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    c record;
    v_texto text;
    v_lista text[];
    saem jsonb := '{}';
begin
    if segmento_criterios.criterios is null then
        return null;
    end if;
    if jsonb_typeof(segmento_criterios.criterios) <> 'object' then
        raise exception 'criterios: expected a JSON object, found %', jsonb_typeof(segmento_criterios.criterios)
            using errcode = '22023';
    end if;
    for c in select j.key, j.value from jsonb_each(segmento_criterios.criterios) j order by j.key loop
        v_texto := btrim(c.value #>> '{}');
        if c.key not in ('especialidade', 'regiao', 'status', 'engajamento', 'ultimo_contato', 'tag', 'inativo_desde') then
            raise exception 'criterios: unknown criterion "%"', c.key using errcode = '22023',
                hint = 'Known: especialidade, regiao, tag, status, engajamento, ultimo_contato, inativo_desde.';
        end if;
        continue when jsonb_typeof(c.value) = 'null';
        case
            when c.key in ('especialidade', 'regiao', 'tag') then
                v_lista := case jsonb_typeof(c.value)
                    when 'array' then array(select distinct btrim(x) from jsonb_array_elements_text(c.value) x where btrim(x) <> '' order by 1)
                    when 'string' then array_remove(array[v_texto], '') else '{}' end;
                if v_lista = '{}' then
                    raise exception '%: expected a text or a list of texts, found nothing', c.key using errcode = '22023';
                end if;
                saem := saem || jsonb_build_object(c.key, v_lista);
            when c.key = 'status' then
                if v_texto not in ('ativo', 'optout') then
                    raise exception 'status: expected ativo or optout, found "%"', v_texto using errcode = '22023';
                end if;
                saem := saem || jsonb_build_object('status', v_texto);
            when c.key = 'engajamento' then
                if v_texto !~ '^[0-9]{1,9}$' then
                    raise exception 'engajamento: expected a number of interactions, found "%"', v_texto using errcode = '22023';
                end if;
                saem := saem || jsonb_build_object('engajamento', v_texto::integer);
            when v_texto ~ '^[0-9]{1,4}( dias?)?$' then
                saem := saem || jsonb_build_object(c.key, split_part(v_texto, ' ', 1)::integer);
            else
                begin
                    saem := saem || jsonb_build_object(c.key, instante_ler(v_texto, dona::text));
                exception
                    when others then
                        raise exception '%: expected an instant such as 2026-12-01T09:00, or a number of days, found "%"', c.key, v_texto
                            using errcode = '22023';
                end;
        end case;
    end loop;
    return saem;
end
$$;
