-- texto_preencher: the text that a person gets: its {placeholders} filled from them and `extra`.
--
-- Raises 23514 that names `conteudo` and the placeholder nobody has a value for, or says that the
-- result is empty or too long. Never shows the text.
create or replace function texto_preencher(conteudo text, pessoa clientes, extra jsonb)
returns text
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    marcas record;
    valores text[];
    falta text;
    pronto text := conteudo;
begin
    if conteudo !~ '\S' then
        raise exception 'conteudo: expected a text, found nothing' using errcode = '23514';
    end if;
    marcas := texto_formato(conteudo);
    if cardinality(marcas.chaves) > 0 then
        select array_agg(cliente_valor(pessoa, extra, k.chave) order by k.n),
               min(k.chave) filter (where cliente_valor(pessoa, extra, k.chave) is null)
        into valores, falta
        from unnest(marcas.chaves) with ordinality as k (chave, n);
        if falta is not null then
            raise exception 'conteudo: nothing known of this cliente fills {%}', falta using errcode = '23514';
        end if;
        pronto := format(marcas.formato, variadic valores);
    end if;
    if length(pronto) > 4096 then
        raise exception 'conteudo: expected at most 4096 characters (the Cloud API''s limit), found %',
            length(pronto) using errcode = '23514';
    end if;
    return pronto;
end
$$;
grant execute on function texto_preencher(text, clientes, jsonb) to carteiro_ops_escrita;
