-- campanha_falta: the first of these placeholders that this person has no value for; null when
-- every one has.
create or replace function campanha_falta(pessoa clientes, extra jsonb, chaves text[])
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
