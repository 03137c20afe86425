-- resumo_texto: the truths of the company that the session is bound to, as Prometheus text.
create or replace function resumo_texto()
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_atual();
    v_nome text;
begin
    select e.nome into v_nome from empresas e where e.id = v_dona;
    if v_nome is null then
        raise exception 'empresa: the session is bound to none' using errcode = '42501';
    end if;
    return (
        with linha as materialized (select x.* from resumo_empresas(v_dona) x)
        select string_agg(t.texto, '' order by m.ordem)
        from unnest(
            array['fila_mensagens', 'vencida_mais_antiga', 'encerradas', 'ultimo_envio', 'pausas', 'modelos',
                'followups_sent', 'followups_positive', 'followups_negative'],
            array['carteiro_fila_mensagens', 'carteiro_fila_vencida_mais_antiga_seconds', 'carteiro_fila_encerradas_total',
                'carteiro_fila_ultimo_envio_timestamp_seconds', 'carteiro_pausas', 'carteiro_modelos',
                'secretaria_appointment_followups_sent_total', 'secretaria_appointment_followups_positive_total',
                'secretaria_appointment_followups_negative_total'],
            array['Live messages of the queue.', 'Age of the oldest message that is due and free to go.', 'Endings of messages.',
                'When a message was last accepted.', 'Pauses in force.', 'Templates.', 'Messages after the visit that were sent.',
                'Messages after the visit answered with yes.', 'Messages after the visit answered with no.'],
            array['estado', 'numero', 'status', '', 'escopo,motivo', 'situacao', 'company', 'company', 'company'])
            with ordinality as m (metrica, nome, ajuda, rotulos, ordem)
        cross join lateral (
            select format(e'# HELP %s %s\n# TYPE %s %s\n', m.nome, m.ajuda, m.nome,
                    case when m.nome like '%\_total' then 'counter' else 'gauge' end)
                || coalesce(string_agg(m.nome || coalesce('{' || r.rotulos || '}', '') || ' ' || r.valor || e'\n', '' order by r.rotulos), '')
                as texto
            from (
                select x.valor, (
                    select string_agg(format('%s="%s"', u.rotulo,
                        replace(replace(replace(u.valor, '\', '\\'), '"', '\"'), e'\n', '\n')), ',' order by u.n)
                    from unnest(string_to_array(nullif(m.rotulos, ''), ','),
                        case when m.rotulos = 'company' then array[v_nome] else x.rotulos end)
                        with ordinality as u (rotulo, valor, n)) as rotulos
                from linha x
                where x.metrica = m.metrica) as r) as t);
end
$$;
grant execute on function resumo_texto() to carteiro_api;
