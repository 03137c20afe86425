-- fila_alvo: what a pause is about: a number, an account, a template, a company, or (all left out)
-- everything.
--
-- A number is looked for in the company given, else among all; so is an account by its WABA id; a
-- template is the company's. Raises 22023 naming the argument.
create or replace function fila_alvo(numero text, empresa text, conta text, modelo text, out escopo text,
    out empresa_id uuid, out numero_id integer, out conta_id bigint, out modelo_id bigint, out nome text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid;
begin
    if num_nonnulls(numero, conta, modelo) > 1 then
        raise exception '%: say one of numero, conta and modelo', case when modelo is null then 'conta' else 'modelo' end
            using errcode = '22023';
    end if;
    if numero is not null then
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
    elsif conta is not null then
        escopo := 'conta';
        select c.id into conta_id
        from contas c
        where c.waba_id = fila_alvo.conta and (empresa is null or c.empresa_id = empresa_resolver(empresa));
        if conta_id is null then
            raise exception 'conta: there is none of this WABA id' using errcode = '22023';
        end if;
        nome := 'conta ' || conta_id;
    elsif modelo is not null then
        escopo := 'modelo';
        modelo_id := (modelo_resolver(empresa_resolver(empresa), modelo)).id;
        nome := 'modelo ' || modelo_id;
    elsif empresa is not null then
        escopo := 'empresa';
        empresa_id := empresa_resolver(empresa);
        nome := 'empresa ' || empresa_id;
    else
        escopo := 'tudo';
        nome := 'tudo';
    end if;
end
$$;
