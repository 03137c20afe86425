-- api_agenda_executar: POST /agendas/{nome}/executar: runs it now, for this company.
create or replace function api_agenda_executar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select jsonb_build_object('ocorrencia', x.ocorrencia, 'duracao_ms', x.duracao_ms, 'resultado', x.resultado, 'erro', x.erro)
        from agenda_executar(api_agenda(p), empresa_atual()::text) x);
end
$$;
grant execute on function api_agenda_executar(jsonb, jsonb) to carteiro_api;
