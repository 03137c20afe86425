-- campanha_exigir: refuses what no campaign may say. Raises 22023 naming the argument.
create or replace function campanha_exigir(texto text, tem_modelo boolean, max_por_dia integer, metadata jsonb, erro_limite double precision)
returns void
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    if texto is null and not tem_modelo then
        raise exception 'mensagem_template: expected a text, or else modelo; found neither' using errcode = '22023';
    end if;
    if length(texto) > 4096 then
        raise exception 'mensagem_template: expected at most 4096 characters (the Cloud API''s limit), found %',
            length(texto) using errcode = '22023';
    end if;
    if campanha_exigir.max_por_dia <= 0 then
        raise exception 'max_por_dia: expected 1 or more, or null for no limit, found %', campanha_exigir.max_por_dia
            using errcode = '22023';
    end if;
    if jsonb_typeof(campanha_exigir.metadata) <> 'object' then
        raise exception 'metadata: expected a JSON object, found %', jsonb_typeof(campanha_exigir.metadata) using errcode = '22023';
    end if;
    if campanha_exigir.erro_limite <= 0 or campanha_exigir.erro_limite > 1 then
        raise exception 'erro_limite: expected a part of 1 such as 0.10, or null for none, found %', campanha_exigir.erro_limite
            using errcode = '22023';
    end if;
end
$$;
