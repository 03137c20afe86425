-- agenda_do: what this action does for one company; the only place that knows. Returns its counts.
create or replace function agenda_do(acao text, empresa uuid, ocorrencia timestamptz)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    if acao = 'followups' then
        return regra_run(empresa);
    elsif acao = 'no_shows' then
        return agendamento_no_shows(empresa);
    elsif acao = 'lembretes_24h' then
        return agendamento_lembretes('24h', empresa, ocorrencia);
    elsif acao = 'lembretes_2h' then
        return agendamento_lembretes('2h', empresa, ocorrencia);
    elsif acao = any (agenda_acoes()) then
        return proativo_run(acao, empresa, ocorrencia);
    end if;
    raise exception 'acao: expected %, found "%"', array_to_string(agenda_acoes(), ', '), acao using errcode = '22023';
end
$$;
