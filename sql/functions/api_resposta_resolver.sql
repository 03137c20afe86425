-- api_resposta_resolver: POST /respostas/{id}/resolver: what an answer meant; see resposta_resolver.
create or replace function api_resposta_resolver(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    r respostas;
begin
    if p ->> 'id' !~ '^[0-9]{1,18}$'
            or not exists (select 1 from respostas x where x.id = (p ->> 'id')::bigint and x.empresa_id = empresa_atual()) then
        raise exception 'id: there is no answer %', p ->> 'id' using errcode = 'P0002';
    end if;
    r := resposta_resolver((p ->> 'id')::bigint, c ->> 'classe', coalesce(c ->> 'por', 'pela API'));
    return jsonb_build_object('id', r.id, 'estado', r.estado, 'classe', r.classe_corrigida, 'acao', r.acao,
        'motivo', r.motivo);
end
$$;
grant execute on function api_resposta_resolver(jsonb, jsonb) to carteiro_api;
