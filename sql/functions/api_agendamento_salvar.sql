-- api_agendamento_salvar: POST /agendamentos.
create or replace function api_agendamento_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    if c ->> 'id' is not null then
        perform api_agendamento(c);
    end if;
    if c ->> 'cliente_id' is not null then
        perform api_pessoa(c);
    end if;
    return api_agendamento_json(agendamento_salvar(cliente_id => (c ->> 'cliente_id')::uuid,
        inicio => (c ->> 'inicio')::timestamptz, fim => (c ->> 'fim')::timestamptz,
        duracao_min => (c ->> 'duracao_min')::integer, servico => c ->> 'servico', profissional => c ->> 'profissional',
        valor => (c ->> 'valor')::numeric, externo_id => c ->> 'externo_id', status => c ->> 'status',
        permite_followup => (c ->> 'permite_followup')::boolean, metadata => c -> 'metadata',
        telefone => c ->> 'telefone', nome => c ->> 'nome', pet_nome => c ->> 'pet_nome', id => (c ->> 'id')::uuid,
        empresa => case when c ->> 'id' is null then empresa_atual()::text end));
end
$$;
grant execute on function api_agendamento_salvar(jsonb, jsonb) to carteiro_api;
