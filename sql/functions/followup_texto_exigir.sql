-- followup_texto_exigir: refuses a request's own text that could not be sent to this person: too long, or
-- with a placeholder that neither they nor metadata fill. Raises 22023 that names `message`.
create or replace function followup_texto_exigir(texto text, pessoa clientes, metadata jsonb)
returns void
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    falta text;
begin
    if length(texto) > 4096 then
        raise exception 'message: expected at most 4096 characters (the Cloud API''s limit), found %', length(texto)
            using errcode = '22023';
    end if;
    falta := campanha_falta(pessoa, disparo_valores(metadata, array[(metadata ->> 'data')::timestamptz], 'UTC'),
        (texto_formato(texto)).chaves);
    if falta is not null then
        raise exception 'message: neither metadata nor the person fills {%}', falta using errcode = '22023';
    end if;
end
$$;
