-- api_agenda_followups: GET /api/agenda/followups: appointments whose message after the visit has gone or is to go,
-- newest first, with how they were answered: a page, and in `depois` what asks for the next; counts and response
-- rate are of those sent in the last 30 days.
create or replace function api_agenda_followups(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    perform api_empresa('company_id', p ->> 'company_id');
    return (
        select jsonb_build_object(
            'followups', coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'customer', jsonb_build_object('id', x.cliente_id,
                'nome', x.nome, 'telefone', x.telefone), 'inicio', x.inicio, 'fim', x.fim, 'servico', x.servico,
                'status', coalesce(x.followup_resposta, 'pending'), 'sent_at', x.followup_enviado_em,
                'next_scheduled', x.followup_proximo_em) order by x.inicio desc, x.id desc) filter (where x.n <= api_limite(p)), '[]'),
            'depois', case when count(*) > api_limite(p) then (array_agg(x.id order by x.inicio desc, x.id desc))[api_limite(p)] end)
        from (
            select a.*, k.nome, k.telefone, row_number() over (order by a.inicio desc, a.id desc) as n
            from agendamentos a
            join clientes k on k.id = a.cliente_id
            where (a.followup_enviado_em is not null or a.followup_proximo_em is not null)
              and (coalesce(p ->> 'status', 'all') = 'all' or coalesce(a.followup_resposta, 'pending') = p ->> 'status')
              and (p ->> 'depois' is null or (a.inicio, a.id) < (
                  select u.inicio, u.id from agendamentos u where u.id = (p ->> 'depois')::uuid))
            order by a.inicio desc, a.id desc
            limit api_limite(p) + 1
        ) as x)
        || (
        select jsonb_build_object('counts', jsonb_build_object('sent', count(*),
                'positive', count(*) filter (where a.followup_resposta = 'positive'),
                'negative', count(*) filter (where a.followup_resposta = 'negative'),
                'feedback', count(*) filter (where a.followup_resposta = 'feedback'),
                'pending', count(*) filter (where a.followup_resposta is null)),
            'response_rate', round(coalesce(avg((a.followup_resposta is not null)::integer), 0), 4))
        from agendamentos a
        where a.followup_enviado_em >= agora() - interval '30 days');
end
$$;
grant execute on function api_agenda_followups(jsonb, jsonb) to carteiro_api;
