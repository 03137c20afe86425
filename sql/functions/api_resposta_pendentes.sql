-- api_resposta_pendentes: GET /respostas/pendentes: the answers that a person has to read, the oldest first: a page, and in
-- `depois` what asks for the next.
create or replace function api_resposta_pendentes(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'respostas', coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'cliente_id', k.cliente_id,
            'nome', k.nome, 'conversa_id', k.conversa_id, 'agendamento_id', k.agendamento_id, 'pergunta', k.pergunta,
            'classe', k.classe, 'motivo', k.motivo, 'texto', k.texto, 'recebida_em', k.recebida_em) order by k.id)
            filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id))[api_limite(p)] end)
    from (
        select r.*, row_number() over (order by r.id) as n
        from respostas_pendentes r
        where p ->> 'depois' is null or r.id > (p ->> 'depois')::bigint
        order by r.id
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_resposta_pendentes(jsonb, jsonb) to carteiro_api;
