-- agendamento_salvar: makes an appointment, or changes the one of this id or externo_id, and plans what it
-- brings (agendamento_plan). Returns the row.
--
-- The same content again changes nothing. The person: cliente_id, or telefone (and nome, for who is not
-- known yet). `fim` left out: `duracao_min` after the start (an hour). Another time or person is a new
-- versao: what was planned for the old one is void, an answer to its reminder too (agendado again).
-- permite_followup left out when made: whether a consent of the person is in force. `pet_nome` names or
-- makes their pet. A `status` counts when it is another than the one given the last time, or the time is:
-- so a file that says "agendado" every night takes back no confirmation. What is left out of a change
-- stays. Raises 22023 and 23503 naming the argument.
create or replace function agendamento_salvar(
    cliente_id uuid default null,
    inicio timestamptz default null,
    fim timestamptz default null,
    duracao_min integer default null,
    servico text default null,
    profissional text default null,
    valor numeric default null,
    pet_id uuid default null,
    externo_id text default null,
    status text default null,
    permite_followup boolean default null,
    metadata jsonb default null,
    telefone text default null,
    nome text default null,
    id uuid default null,
    pet_nome text default null,
    empresa text default null)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_externo constant text := nullif(btrim(agendamento_salvar.externo_id), '');
    antes agendamentos;
    depois agendamentos;
    v_dona uuid;
    v_achado uuid := agendamento_salvar.id;
begin
    if agendamento_salvar.status not in ('agendado', 'confirmado', 'realizado', 'faltou', 'cancelado') then
        raise exception 'status: expected agendado, confirmado, realizado, faltou or cancelado, found "%"',
            agendamento_salvar.status using errcode = '22023';
    end if;
    if valor < 0 or valor >= 1e10 then -- NaN and infinity too
        raise exception 'valor: expected 0 or more, less than 10000000000, found %', valor using errcode = '22023';
    end if;
    if jsonb_typeof(agendamento_salvar.metadata) <> 'object' then
        raise exception 'metadata: expected a JSON object, found %', jsonb_typeof(agendamento_salvar.metadata)
            using errcode = '22023';
    end if;
    if v_achado is null then
        v_dona := empresa_resolver(agendamento_salvar.empresa);
        if v_externo is not null then -- beside itself: the second finds what the first made
            perform pg_advisory_xact_lock(hashtextextended('agendamento ' || v_dona || v_externo, 0));
            select x.id into v_achado from agendamentos x where x.empresa_id = v_dona and x.externo_id = v_externo;
        end if;
    end if;
    if v_achado is not null then
        antes := agendamento_lock(v_achado);
        v_dona := antes.empresa_id;
    end if;

    depois := agendamento_ler(antes, v_dona, cliente_id, telefone, nome, inicio, fim, duracao_min);
    depois.servico := coalesce(nullif(btrim(agendamento_salvar.servico), ''), antes.servico);
    depois.profissional := coalesce(nullif(btrim(agendamento_salvar.profissional), ''), antes.profissional);
    depois.valor := coalesce(agendamento_salvar.valor, antes.valor);
    depois.metadata := coalesce(antes.metadata, '{}') || coalesce(agendamento_salvar.metadata, '{}');
    depois.externo_id := coalesce(v_externo, antes.externo_id);
    depois.permite_followup := coalesce(agendamento_salvar.permite_followup, antes.permite_followup,
        consentimento_vigente(depois.cliente_id));
    depois.pet_id := coalesce(agendamento_salvar.pet_id,
        case when btrim(pet_nome) <> '' then (pet_salvar(depois.cliente_id, pet_nome)).id end,
        case when depois.cliente_id = antes.cliente_id then antes.pet_id end);
    if depois.pet_id is not null
            and not exists (select 1 from pets p where p.id = depois.pet_id and p.cliente_id = depois.cliente_id) then
        raise exception 'pet_id: the person has no pet %', depois.pet_id using errcode = '23503';
    end if;
    depois.status_informado := coalesce(agendamento_salvar.status, antes.status_informado);

    if antes.id is null then
        depois.status := coalesce(agendamento_salvar.status, 'agendado');
        insert into agendamentos (empresa_id, cliente_id, externo_id, inicio, fim, servico, profissional, valor, pet_id,
            status, status_informado, permite_followup, metadata)
        values (v_dona, depois.cliente_id, depois.externo_id, depois.inicio, depois.fim, depois.servico,
            depois.profissional, depois.valor, depois.pet_id, depois.status, depois.status_informado,
            depois.permite_followup, depois.metadata)
        returning * into depois;
        perform agendamento_plan(depois.id);
    else
        perform agendamento_change(antes, depois, case
            when agendamento_salvar.status is distinct from antes.status_informado
                or (depois.cliente_id, depois.inicio) is distinct from (antes.cliente_id, antes.inicio)
            then agendamento_salvar.status end);
    end if;
    select x.* into depois from agendamentos x where x.id = depois.id;
    return depois;
end
$$;
grant execute on function agendamento_salvar(uuid, timestamptz, timestamptz, integer, text, text, numeric, uuid, text, text,
    boolean, jsonb, text, text, uuid, text, text) to carteiro_ops_escrita;
