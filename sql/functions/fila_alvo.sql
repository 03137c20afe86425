-- fila_alvo: what a pause is about: a number, a company, or (both left out) everything.
--
-- A number is looked for in the company given, else among all. Raises 22023 naming the argument.
create or replace function fila_alvo(numero text, empresa text, out escopo text, out empresa_id uuid,
    out numero_id integer, out nome text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid;
begin
    if numero is null and empresa is null then
        escopo := 'tudo';
        nome := 'tudo';
    elsif numero is null then
        escopo := 'empresa';
        empresa_id := empresa_resolver(empresa);
        nome := 'empresa ' || empresa_id;
    else
        escopo := 'numero';
        select n.empresa_id into dona
        from numeros n
        where fila_alvo.numero in (n.identificador, n.telefone, n.id::text)
          and (empresa is null or n.empresa_id = empresa_resolver(empresa));
        if dona is null then
            raise exception 'numero: there is none like this (phone_number_id, phone in E.164, or id)'
                using errcode = '22023';
        end if;
        select n.id into numero_id
        from numeros n
        where n.empresa_id = dona and fila_alvo.numero in (n.identificador, n.telefone, n.id::text);
        nome := 'numero ' || numero_id;
    end if;
end
$$;
