-- api_agenda_json: a schedule as the API shows it. What came of one that runs for all companies is not one company's to see.
create or replace function api_agenda_json(nome text)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select to_jsonb(a) - '{da_empresa,duracao_ms,ultimo_resultado,ultimo_erro}'::text[]
        || jsonb_build_object('propria', a.da_empresa is not null,
            'ultimo_resultado', case when a.da_empresa is not null then a.ultimo_resultado end,
            'ultimo_erro', case when a.da_empresa is not null then a.ultimo_erro end)
    from agenda_listar(empresa_atual()::text) a
    where a.nome = api_agenda_json.nome
$$;
grant execute on function api_agenda_json(text) to carteiro_api;
