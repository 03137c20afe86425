-- campanha_valores_each: campanha_valores for any placeholders.
create or replace function campanha_valores_each(pessoa clientes, extra jsonb, chaves text[])
returns text[]
language plpgsql immutable parallel safe
as $$
declare
    chave text;
    valor text;
    valores text[] := '{}';
begin
    if chaves is null then
        return null;
    end if;
    foreach chave in array chaves loop
        valor := carteiro.cliente_valor(pessoa, extra, chave);
        if valor is null then
            return null;
        end if;
        valores := valores || valor;
    end loop;
    return valores;
end
$$;
