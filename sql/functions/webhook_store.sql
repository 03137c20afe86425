-- webhook_store: keeps the events of webhooks, before Meta is answered. Returns how many.
--
-- One element of every array is one event; `corpos` is the event as it came. `ocorridos` are Unix
-- seconds as Meta sends them (null: unknown).
create or replace function webhook_store(tipos text[], wabas text[], numeros text[], wamids text[],
    situacoes text[], chaves text[], codigos integer[], ocorridos bigint[], corpos text[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    guardados integer;
begin
    insert into webhook_eventos (tipo, waba_id, phone_number_id, wamid, status, chave, codigo, ocorrido_em, corpo)
    select e.tipo, e.waba, e.numero, e.wamid, e.situacao, e.chave, e.codigo, to_timestamp(e.ocorrido), e.corpo
    from unnest(tipos, wabas, numeros, wamids, situacoes, chaves, codigos, ocorridos, corpos)
        as e (tipo, waba, numero, wamid, situacao, chave, codigo, ocorrido, corpo);
    get diagnostics guardados = row_count;
    return guardados;
end
$$;
grant execute on function webhook_store(text[], text[], text[], text[], text[], text[], integer[], bigint[], text[])
    to carteiro_gateway;
