-- agendamento_salvar: makes an appointment, or changes the one of this id or externo_id, and plans what it
-- brings (agendamento_plan). Returns the row.
--
-- The same content again changes nothing. The person: cliente_id, or telefone (and nome, for who is not
-- known yet). `fim` left out: `duracao_min` after the start (an hour). Another time or person is a new
-- versao: what was planned for the old one is void, an answer to its reminder too (agendado again).
-- permite_followup left out when made: whether a consent of the person is in force. What is left out of
-- a change stays. Raises 22023 and 23503 naming the argument.
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
    empresa text default null)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    antes agendamentos;
    depois agendamentos;
    v_dona uuid;
begin
    if agendamento_salvar.id is not null then
        antes := agendamento_lock(agendamento_salvar.id);
        v_dona := antes.empresa_id;
    else
        v_dona := empresa_resolver(agendamento_salvar.empresa);
        select x.* into antes
        from agendamentos x
        where x.empresa_id = v_dona and x.externo_id = agendamento_salvar.externo_id
        for update;
    end if;
    depois := agendamento_ler(antes, v_dona, cliente_id, telefone, nome, inicio, fim, duracao_min);
    depois.servico := coalesce(agendamento_salvar.servico, antes.servico);
    depois.profissional := coalesce(agendamento_salvar.profissional, antes.profissional);
    depois.valor := coalesce(agendamento_salvar.valor, antes.valor);
    depois.pet_id := coalesce(agendamento_salvar.pet_id, antes.pet_id);
    depois.metadata := coalesce(antes.metadata, '{}') || coalesce(agendamento_salvar.metadata, '{}');
    depois.externo_id := coalesce(nullif(btrim(agendamento_salvar.externo_id), ''), antes.externo_id);
    depois.permite_followup := coalesce(agendamento_salvar.permite_followup, antes.permite_followup,
        consentimento_vigente(depois.cliente_id));
    if agendamento_salvar.status not in ('agendado', 'confirmado', 'realizado', 'faltou', 'cancelado') then
        raise exception 'status: expected agendado, confirmado, realizado, faltou or cancelado, found "%"',
            agendamento_salvar.status using errcode = '22023';
    end if;
    if depois.valor < 0 then
        raise exception 'valor: expected 0 or more, found %', depois.valor using errcode = '22023';
    end if;
    if depois.pet_id is not null
            and not exists (select 1 from pets p where p.id = depois.pet_id and p.cliente_id = depois.cliente_id) then
        raise exception 'pet_id: the person has no pet %', depois.pet_id using errcode = '23503';
    end if;

    if antes.id is null then
        insert into agendamentos (empresa_id, cliente_id, externo_id, inicio, fim, servico, profissional, valor, pet_id,
            permite_followup, metadata)
        values (v_dona, depois.cliente_id, depois.externo_id, depois.inicio, depois.fim, depois.servico,
            depois.profissional, depois.valor, depois.pet_id, depois.permite_followup, depois.metadata)
        returning * into depois;
    elsif (depois.cliente_id, depois.inicio, depois.fim) is distinct from (antes.cliente_id, antes.inicio, antes.fim) then
        update agendamentos x
        set cliente_id = depois.cliente_id, inicio = depois.inicio, fim = depois.fim, servico = depois.servico,
            profissional = depois.profissional, valor = depois.valor, pet_id = depois.pet_id,
            externo_id = depois.externo_id, permite_followup = depois.permite_followup, metadata = depois.metadata,
            status = case when antes.status = 'cancelado' then 'cancelado' else 'agendado' end,
            followup_enviado_em = null, followup_resposta = null, versao = antes.versao + 1, updated_at = agora()
        where x.id = antes.id
        returning * into depois;
        perform disparo_cancel(antes.id, 'remarcado');
        insert into auditoria (empresa_id, action, alvo, payload)
        values (v_dona, 'agendamento_remarcado', antes.id::text,
            jsonb_build_object('de', antes.inicio, 'para', depois.inicio, 'versao', depois.versao));
    elsif (depois.servico, depois.profissional, depois.valor, depois.pet_id, depois.externo_id, depois.permite_followup,
            depois.metadata) is distinct from (antes.servico, antes.profissional, antes.valor, antes.pet_id,
            antes.externo_id, antes.permite_followup, antes.metadata) then
        update agendamentos x
        set servico = depois.servico, profissional = depois.profissional, valor = depois.valor, pet_id = depois.pet_id,
            externo_id = depois.externo_id, permite_followup = depois.permite_followup, metadata = depois.metadata,
            updated_at = agora()
        where x.id = antes.id
        returning * into depois;
        if antes.permite_followup and not depois.permite_followup then
            perform disparo_cancel(antes.id, 'sem permissão de follow-up', '{pos_atendimento}');
        end if;
    end if;
    perform agendamento_plan(depois.id);
    if agendamento_salvar.status is not null then
        perform agendamento_status(depois.id, agendamento_salvar.status);
    end if;
    select x.* into depois from agendamentos x where x.id = depois.id;
    return depois;
end
$$;
grant execute on function agendamento_salvar(uuid, timestamptz, timestamptz, integer, text, text, numeric, uuid, text, text,
    boolean, jsonb, text, text, uuid, text) to carteiro_ops_escrita;
