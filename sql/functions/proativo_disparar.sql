-- proativo_disparar: a message to an owner by hand (POST /api/aurora/proactive). Returns its row of
-- mensagens_proativas; one without id, that was not written and says why (erro_mensagem), when there is
-- nothing to say, or nobody to say it to (then also a WARNING).
--
-- `data` is for custom_campaign (proativo_custom_campaign). The company is `organizationId` or `empresa`
-- (name or id), left out the only one; `ownerNumberId` an owner's id or phone, left out the only one who
-- wants this type. Raises 22023 naming the argument.
create or replace function proativo_disparar(
    type text,
    data jsonb default null,
    "organizationId" text default null,
    "ownerNumberId" text default null,
    empresa text default null)
returns mensagens_proativas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := empresa_resolver(coalesce(proativo_disparar."organizationId", proativo_disparar.empresa));
    v_donos donos[];
    v record;
    nenhuma mensagens_proativas;
begin
    if not coalesce(proativo_disparar.type = any (proativo_tipos()), false) then
        raise exception 'type: expected %, found "%"', array_to_string(proativo_tipos(), ', '), proativo_disparar.type
            using errcode = '22023';
    end if;
    if jsonb_typeof(proativo_disparar.data) not in ('object', 'null') then
        raise exception 'data: expected a JSON object, found %', jsonb_typeof(proativo_disparar.data) using errcode = '22023';
    end if;
    if not (regra_get(proativo_disparar.type, dona)).ativa then
        raise exception 'type: the company has switched % off', proativo_disparar.type using errcode = '22023';
    end if;
    v_donos := case when proativo_disparar."ownerNumberId" is null then array(select d from proativo_donos(dona, proativo_disparar.type) d)
        else array[dono_resolver(dona, proativo_disparar."ownerNumberId", 'ownerNumberId')] end;
    if cardinality(v_donos) > 1 then
        raise exception 'ownerNumberId: the company has % owners — say which (id or phone)', cardinality(v_donos)
            using errcode = '22023';
    end if;
    nenhuma.empresa_id := dona;
    nenhuma.tipo := proativo_disparar.type;
    if cardinality(v_donos) = 0 then
        raise warning 'ownerNumberId: the company has no owner for %; make one with dono_salvar', proativo_disparar.type;
        nenhuma.erro_mensagem := 'a empresa não tem dono para receber';
        return nenhuma;
    end if;

    v := proativo_conteudo(proativo_disparar.type, dona, agora(), proativo_disparar.data);
    if v.conteudo is null then
        nenhuma.erro_mensagem := 'nada a dizer agora';
        return nenhuma;
    end if;
    return proativo_plan(v_donos[1], proativo_disparar.type, 'manual ' || uuidv7(), agora(), v.conteudo, v.valores, v.campanha_id,
        nullif(proativo_disparar.data, 'null'));
end
$$;
grant execute on function proativo_disparar(text, jsonb, text, text, text) to carteiro_ops_escrita;
