-- cliente_salvar: makes the person behind this phone in the company, or changes them. Returns
-- the row.
--
-- The person is found by any variant of the number, and the number they are known by stays.
-- What is left out stays as it is; `tags` replaces, `metadata` is merged (a key given as null
-- leaves). A new person takes the zone of their DDD. A number in supressoes makes an optout
-- from the start, and status => 'optout' puts it there; the only way back is
-- supressao_retirar. Raises 22023 naming the argument; no message holds a name or a number.
create or replace function cliente_salvar(
    nome text,
    telefone text,
    especialidade_nome text default null,
    regiao text default null,
    tags text[] default null,
    data_nascimento date default null,
    fuso text default null,
    metadata jsonb default null,
    status text default null,
    empresa text default null)
returns clientes
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(cliente_salvar.empresa);
    numero text := telefone_exigir(cliente_salvar.telefone);
    rotulos text[] := cliente_tags(cliente_salvar.tags);
    achado uuid;
    salvo clientes;
begin
    if cliente_salvar.status not in ('ativo', 'optout') then
        raise exception 'status: expected ativo or optout, found "%"', cliente_salvar.status using errcode = '22023';
    end if;
    if cliente_salvar.fuso is not null
       and not exists (select 1 from pg_timezone_names z where z.name = cliente_salvar.fuso) then
        raise exception 'fuso: expected an IANA zone such as America/Sao_Paulo, found "%"', cliente_salvar.fuso
            using errcode = '22023';
    end if;
    if jsonb_typeof(cliente_salvar.metadata) <> 'object' then
        raise exception 'metadata: expected a JSON object, found %', jsonb_typeof(cliente_salvar.metadata)
            using errcode = '22023';
    end if;
    if cliente_salvar.data_nascimento not between '1900-01-01' and agora()::date then
        raise exception 'data_nascimento: expected a day from 1900 to today' using errcode = '22023';
    end if;

    -- beside an import of the same company, and beside itself for the same person
    perform pg_advisory_xact_lock_shared(hashtextextended('clientes ' || dona, 0));
    perform pg_advisory_xact_lock(hashtextextended(dona || telefone_chave(numero), 0));
    achado := cliente_localizar(dona, numero);
    if achado is null then
        insert into clientes as c (empresa_id, nome, primeiro_nome, telefone, especialidade_nome, regiao, tags,
            data_nascimento, fuso, metadata)
        values (dona, coalesce(cliente_nome(cliente_salvar.nome), ''), nome_primeiro(cliente_salvar.nome), numero,
            nullif(btrim(cliente_salvar.especialidade_nome), ''), nullif(btrim(cliente_salvar.regiao), ''),
            coalesce(rotulos, '{}'), cliente_salvar.data_nascimento,
            coalesce(cliente_salvar.fuso, telefone_fuso(numero)),
            jsonb_strip_nulls(coalesce(cliente_salvar.metadata, '{}')))
        returning c.id into achado;
        insert into identidades (empresa_id, cliente_id, tipo, valor)
        values (dona, achado, 'telefone', numero)
        on conflict on constraint identidades_unica do nothing;
    else
        update clientes c
        set nome               = coalesce(cliente_nome(cliente_salvar.nome), c.nome),
            primeiro_nome      = coalesce(case when cliente_nome(cliente_salvar.nome) is not null
                                     then nome_primeiro(cliente_salvar.nome) end, c.primeiro_nome),
            especialidade_nome = coalesce(nullif(btrim(cliente_salvar.especialidade_nome), ''), c.especialidade_nome),
            regiao             = coalesce(nullif(btrim(cliente_salvar.regiao), ''), c.regiao),
            tags               = coalesce(rotulos, c.tags),
            data_nascimento    = coalesce(cliente_salvar.data_nascimento, c.data_nascimento),
            fuso               = coalesce(cliente_salvar.fuso, c.fuso),
            metadata           = jsonb_strip_nulls(c.metadata || coalesce(cliente_salvar.metadata, '{}')),
            updated_at         = agora()
        where c.id = achado;
    end if;

    select c.* into salvo from clientes c where c.id = achado;
    if cliente_salvar.status = 'ativo' and salvo.status = 'optout' then
        raise exception 'status: this person opted out; supressao_retirar(telefone, motivo) is the way back'
            using errcode = '22023';
    end if;
    if salvo.status = 'ativo' and (cliente_salvar.status = 'optout' or supressao_existe(dona, numero)) then
        perform supressao_aplicar(dona, numero, 'cliente_salvar', 'sql');
        select c.* into salvo from clientes c where c.id = achado;
    end if;
    return salvo;
end
$$;
grant execute on function cliente_salvar(text, text, text, text, text[], date, text, jsonb, text, text)
    to carteiro_ops_escrita;
