-- enfileirar: queues one message for a person. Returns its id.
--
-- {placeholders} of the text and of the template are filled from the person and `metadata`; one that
-- nothing fills is refused with its name. `modelo` is the template that goes when the 24 h window is
-- closed. Left out: tipo resposta, prioridade 5, now, and the guarantee of its tipo. Raises 22023,
-- 23502, 23503 or 23514 with a message that names the argument.
create or replace function enfileirar(
    cliente_id uuid,
    conteudo text default null,
    tipo text default null,
    agendar_para timestamptz default null,
    prioridade integer default null,
    modelo text default null,
    parametros text[] default null,
    metadata jsonb default null,
    garantia text default null,
    valido_ate timestamptz default null)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    pessoa clientes;
    do_modelo modelos;
    nova uuid;
begin
    select c.* into pessoa from clientes c where c.id = enfileirar.cliente_id;
    if pessoa.id is null then
        raise exception 'cliente_id: there is no cliente %', coalesce(enfileirar.cliente_id::text, '(nothing given)')
            using errcode = '23503';
    end if;
    do_modelo := modelo_resolver(pessoa.empresa_id, enfileirar.modelo);
    if do_modelo.id is not null and enfileirar.parametros is not null
            and cardinality(enfileirar.parametros) <> cardinality(do_modelo.parametros) then
        raise exception 'parametros: expected % (%), found %', cardinality(do_modelo.parametros),
            array_to_string(do_modelo.parametros, ', '), cardinality(enfileirar.parametros) using errcode = '22023';
    end if;
    if enfileirar.prioridade not between 1 and 10 then
        raise exception 'prioridade: expected 1 to 10, found %', enfileirar.prioridade using errcode = '22023';
    end if;
    if enfileirar.valido_ate <= agora() then
        raise exception 'valido_ate: expected an instant to come' using errcode = '22023';
    end if;
    if enfileirar.garantia not in ('no_maximo_uma', 'pelo_menos_uma') then
        raise exception 'garantia: expected no_maximo_uma or pelo_menos_uma, found "%"', enfileirar.garantia
            using errcode = '22023';
    end if;

    -- the trigger fills the rest, and checks as it does for a plain INSERT
    insert into fila_mensagens (cliente_id, conteudo, tipo, formato, agendar_para, prioridade, modelo_id, parametros,
        metadata, garantia, valido_ate)
    values (enfileirar.cliente_id, enfileirar.conteudo, coalesce(enfileirar.tipo, 'resposta'),
        case when enfileirar.conteudo is null and do_modelo.id is not null then 'template' else 'texto' end,
        coalesce(enfileirar.agendar_para, agora()),
        coalesce(enfileirar.prioridade, 5), do_modelo.id, to_jsonb(enfileirar.parametros),
        coalesce(enfileirar.metadata, '{}'), enfileirar.garantia, enfileirar.valido_ate)
    returning id into nova;
    return nova;
end
$$;
grant execute on function enfileirar(uuid, text, text, timestamptz, integer, text, text[], jsonb, text, timestamptz)
    to carteiro_ops_escrita;
