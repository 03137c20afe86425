-- campanha_falta_each: campanha_falta for any placeholders.
create or replace function campanha_falta_each(pessoa clientes, extra jsonb, chaves text[])
returns text
language plpgsql immutable parallel safe
as $$
declare
    chave text;
begin
    foreach chave in array coalesce(chaves, '{}') loop
        if carteiro.cliente_valor(pessoa, extra, chave) is null then
            return chave;
        end if;
    end loop;
    return null;
end
$$;
