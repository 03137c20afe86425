-- api_horario_salvar: POST /horarios.
create or replace function api_horario_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select jsonb_build_object('horarios', coalesce(jsonb_agg(to_jsonb(h) - 'empresa_id' order by h.dia, h.inicio, h.id), '[]'))
        from horario_salvar(dias => c ->> 'dias', inicio => c ->> 'inicio', fim => c ->> 'fim',
            duracao_min => (c ->> 'duracao_min')::integer, profissional => c ->> 'profissional',
            empresa => empresa_atual()::text) h);
end
$$;
grant execute on function api_horario_salvar(jsonb, jsonb) to carteiro_api;
