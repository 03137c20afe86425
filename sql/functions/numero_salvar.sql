-- numero_salvar: makes the sending number of this phone_number_id, or changes it. Returns its row.
--
-- `taxa` is messages per second (20 a minute: 20/60.0), `rajada` the burst in messages. The first
-- number of a company becomes its `padrao`; `padrao => true` moves that here. Raises 22023 naming
-- the argument.
create or replace function numero_salvar(
    identificador text,
    telefone text default null,
    taxa double precision default null,
    rajada integer default null,
    padrao boolean default null,
    ativo boolean default null,
    conta text default null,
    empresa text default null)
returns numeros
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(numero_salvar.empresa);
    da_conta contas;
    atual numeros;
    salvo numeros;
    fica_padrao boolean;
begin
    if numero_salvar.identificador is null or numero_salvar.identificador !~ '^[0-9]{5,20}$' then
        raise exception 'identificador: expected Meta''s phone_number_id, 5 to 20 digits' using errcode = '22023';
    end if;
    if numero_salvar.taxa <= 0 or numero_salvar.taxa > 100000 then
        raise exception 'taxa: expected more than 0 and at most 100000 messages per second, found %',
            numero_salvar.taxa using errcode = '22023';
    end if;
    if numero_salvar.rajada not between 1 and 100000 then
        raise exception 'rajada: expected 1 to 100000 messages, found %', numero_salvar.rajada using errcode = '22023';
    end if;

    select n.* into atual from numeros n where n.identificador = numero_salvar.identificador;
    if atual.empresa_id <> dona then
        raise exception 'identificador: this number belongs to another company' using errcode = '22023';
    end if;
    if atual.id is null or numero_salvar.conta is not null then
        da_conta := conta_resolver(dona, numero_salvar.conta);
    end if;
    fica_padrao := coalesce(numero_salvar.padrao, atual.padrao,
        not exists (select 1 from numeros n where n.empresa_id = dona and n.padrao));
    if fica_padrao then
        update numeros n set padrao = false
        where n.empresa_id = dona and n.padrao and n.identificador <> numero_salvar.identificador;
    end if;

    insert into numeros as n (empresa_id, conta_id, identificador, telefone, taxa, rajada, padrao, ativo)
    values (dona, coalesce(da_conta.id, atual.conta_id), numero_salvar.identificador,
        case when numero_salvar.telefone is not null then telefone_exigir(numero_salvar.telefone) end, numero_salvar.taxa, numero_salvar.rajada,
        fica_padrao, coalesce(numero_salvar.ativo, true))
    on conflict on constraint numeros_identificador_unico do update
    set conta_id = excluded.conta_id,
        telefone = coalesce(excluded.telefone, n.telefone),
        taxa     = coalesce(excluded.taxa, n.taxa),
        rajada   = coalesce(excluded.rajada, n.rajada),
        padrao   = excluded.padrao,
        ativo    = coalesce(numero_salvar.ativo, n.ativo)
    returning n.* into salvo;
    return salvo;
end
$$;
grant execute on function numero_salvar(text, text, double precision, integer, boolean, boolean, text, text)
    to carteiro_ops_escrita;
