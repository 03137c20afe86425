-- api_agenda_desativar: POST /agendas/{nome}/desativar: for this company only.
create or replace function api_agenda_desativar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    if p ->> 'nome' = 'campanhas' then -- one look at the campaigns of all
        raise exception 'nome: this schedule is not one company''s' using errcode = '55000';
    end if;
    perform agenda_desativar(api_agenda(p), empresa_atual()::text);
    return api_agenda_json(p ->> 'nome');
end
$$;
grant execute on function api_agenda_desativar(jsonb, jsonb) to carteiro_api;
