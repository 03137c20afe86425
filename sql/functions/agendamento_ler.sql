-- agendamento_ler: who and when an appointment will be, from what was given and what was there before
-- (`antes`, a null row: nothing). Raises 22023 and 23503 naming the argument.
--
-- Who is known by the phone keeps their name: a mother books for two children.
create or replace function agendamento_ler(antes agendamentos, dona uuid, cliente_id uuid, telefone text, nome text,
    inicio timestamptz, fim timestamptz, duracao_min integer)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    lido agendamentos := antes;
    v_conhecida uuid;
begin
    lido.cliente_id := coalesce(agendamento_ler.cliente_id, antes.cliente_id);
    if agendamento_ler.cliente_id is null and agendamento_ler.telefone is not null then
        v_conhecida := cliente_localizar(dona, telefone_exigir(agendamento_ler.telefone));
        lido.cliente_id := v_conhecida;
        if v_conhecida is null or exists (select 1 from clientes c where c.id = v_conhecida and c.nome = '') then
            lido.cliente_id := (cliente_salvar(nome => agendamento_ler.nome, telefone => agendamento_ler.telefone,
                empresa => dona::text)).id;
        end if;
    end if;
    if lido.cliente_id is null then
        raise exception 'cliente_id: expected it, or telefone; found neither' using errcode = '22023';
    end if;
    if not exists (select 1 from clientes c where c.id = lido.cliente_id and c.empresa_id = dona) then
        raise exception 'cliente_id: the company has no cliente %', lido.cliente_id using errcode = '23503';
    end if;
    lido.inicio := coalesce(agendamento_ler.inicio, antes.inicio);
    if lido.inicio is null or not isfinite(lido.inicio) then
        raise exception 'inicio: expected an instant, found "%"', coalesce(lido.inicio::text, 'nothing') using errcode = '22023';
    end if;
    if duracao_min not between 5 and 1440 then
        raise exception 'duracao_min: expected 5 to 1440, found %', duracao_min using errcode = '22023';
    end if;
    lido.fim := coalesce(agendamento_ler.fim, lido.inicio + make_interval(mins => duracao_min),
        lido.inicio + (antes.fim - antes.inicio), lido.inicio + interval '1 hour');
    if lido.fim <= lido.inicio or lido.fim > lido.inicio + interval '7 days' then
        raise exception 'fim: expected an instant after inicio, at most a week, found %', lido.fim using errcode = '22023';
    end if;
    return lido;
end
$$;
