-- agendamento_ler: who and when an appointment will be, from what was given and what was there before
-- (`antes`, a null row: nothing). Raises 22023 and 23503 naming the argument.
create or replace function agendamento_ler(antes agendamentos, dona uuid, cliente_id uuid, telefone text, nome text,
    inicio timestamptz, fim timestamptz, duracao_min integer)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    lido agendamentos := antes;
begin
    if agendamento_ler.cliente_id is null and agendamento_ler.telefone is not null then
        lido.cliente_id := (cliente_salvar(nome => agendamento_ler.nome, telefone => agendamento_ler.telefone,
            empresa => dona::text)).id;
    else
        lido.cliente_id := coalesce(agendamento_ler.cliente_id, antes.cliente_id);
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
    if lido.fim <= lido.inicio or not isfinite(lido.fim) then
        raise exception 'fim: expected an instant after inicio, found %', lido.fim using errcode = '22023';
    end if;
    return lido;
end
$$;
