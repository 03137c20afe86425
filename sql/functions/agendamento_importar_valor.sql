-- agendamento_importar_valor: a price as Brazilians write it (R$ 1.450,00; 1450; 89.90). Null for null. Raises 22023.
create or replace function agendamento_importar_valor(texto text)
returns numeric
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_texto text := regexp_replace(coalesce(texto, ''), '^\s*R\$\s*|\s+', '', 'g');
begin
    if v_texto = '' then
        return null;
    end if;
    if v_texto ~ '^[0-9]{1,3}([.][0-9]{3})+(,[0-9]{1,2})?$' or v_texto ~ '^[0-9]+,[0-9]{1,2}$' then
        v_texto := replace(replace(v_texto, '.', ''), ',', '.');
    end if;
    if v_texto !~ '^[0-9]{1,9}([.][0-9]{1,2})?$' then
        raise exception 'valor: expected a price such as 1.450,00' using errcode = '22023';
    end if;
    return v_texto::numeric;
end
$$;
