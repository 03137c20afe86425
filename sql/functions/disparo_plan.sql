-- disparo_plan: plans one firing of a rule: `quando` it is due, a message goes to the person. Returns its
-- id; null when that firing (regra, alvo_id, ocorrencia) is there already, in whatever state, or the
-- rule is switched off.
--
-- `metadata` fills placeholders; `data`, an instant, is what {hoje}, {data} and {hora} speak of; `carga`
-- takes the place of the rule's interactive object. Left out: `valido_ate` is as late as the rule
-- allows, the number is that of the conversation, text and template are the rule's. `parametros` are the
-- values of `modelo` where they do not come from placeholders. Raises 22023 and 23503 naming the argument.
create or replace function disparo_plan(
    regra text,
    empresa uuid,
    alvo_id uuid,
    ocorrencia text,
    cliente_id uuid,
    quando timestamptz,
    valido_ate timestamptz default null,
    metadata jsonb default null,
    passo integer default null,
    numero_id integer default null,
    texto text default null,
    modelo text default null,
    parametros jsonb default null)
returns bigint
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    pela regras_followup := regra_get(disparo_plan.regra, disparo_plan.empresa);
    extra jsonb := coalesce(disparo_plan.metadata, '{}');
    novo bigint;
begin
    if jsonb_typeof(extra) <> 'object' then
        raise exception 'metadata: expected a JSON object, found %', jsonb_typeof(extra) using errcode = '22023';
    end if;
    if extra ? 'data' then
        begin
            extra := extra || jsonb_build_object('data', (extra ->> 'data')::timestamptz);
        exception when others then
            raise exception 'metadata: "data" is an instant, such as 2026-12-01T09:00-03:00' using errcode = '22023';
        end;
    end if;
    if quando is null or not isfinite(quando) then
        raise exception 'quando: expected an instant, found "%"', quando using errcode = '22023';
    end if;
    if not pela.ativa then
        return null;
    end if;
    if not exists (
            select 1 from clientes c where c.id = disparo_plan.cliente_id and c.empresa_id = disparo_plan.empresa) then
        raise exception 'cliente_id: the company has no cliente %',
            coalesce(disparo_plan.cliente_id::text, '(nothing given)') using errcode = '23503';
    end if;

    insert into disparos (empresa_id, regra_id, alvo_id, ocorrencia, regra_versao, passo, cliente_id, numero_id,
        quando, valido_ate, texto, modelo, parametros, metadata)
    values (disparo_plan.empresa, pela.id, disparo_plan.alvo_id, disparo_plan.ocorrencia, pela.versao,
        coalesce(disparo_plan.passo, 1), disparo_plan.cliente_id, disparo_plan.numero_id, disparo_plan.quando,
        coalesce(disparo_plan.valido_ate, disparo_plan.quando + pela.validade),
        nullif(btrim(disparo_plan.texto), ''), disparo_plan.modelo, disparo_plan.parametros, extra)
    on conflict on constraint disparos_unico do nothing
    returning id into novo;
    return novo;
end
$$;
