-- api_campanha_csv: GET /campanhas/{id}/relatorio/csv: 5,000 people a page, by id; {texto, seguinte, arquivo}.
--
-- For Excel in Portuguese: UTF-8 with a mark, semicolons, CRLF. Who was left out when the list was frozen
-- is not in it, as in the report's total.
create or replace function api_campanha_csv(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_campanha constant uuid := (api_campanha(p)).id;
    v_apos constant uuid := coalesce((p ->> 'seguinte')::uuid, '00000000-0000-0000-0000-000000000000');
    v_texto text;
    v_ultima uuid;
    v_linhas integer;
begin
    select string_agg(concat_ws(';', csv_celula(x.nome), csv_celula(x.telefone), csv_celula(x.especialidade_nome),
            x.situacao, case when x.respondeu_em is null then 'Não' else 'Sim' end) || e'\r\n', '' order by x.cliente_id),
        (array_agg(x.cliente_id order by x.cliente_id desc))[1], count(*)
    into v_texto, v_ultima, v_linhas
    from (
        select d.cliente_id, k.nome, k.telefone, k.especialidade_nome, d.respondeu_em,
            case
                when d.status = 'enviada' then case d.entrega when 'lida' then 'Lido' when 'entregue' then 'Entregue'
                    when 'falhou' then 'Falhou' else 'Enviado' end
                when d.status = 'erro' then 'Erro'
                when d.status = 'cancelada' then 'Cancelado'
                when d.status = 'expirada' then 'Expirado'
                else 'Pendente'
            end as situacao
        from (
            select d.cliente_id, d.status, d.entrega, d.respondeu_em
            from campanha_destinatarios d
            where d.campanha_id = v_campanha and d.cliente_id > v_apos and d.status <> 'excluido'
            order by d.cliente_id
            limit 5000
        ) as d
        -- one by one: a merge of both would walk the people of all pages before, at every page
        left join lateral (
            select k.nome, k.telefone, k.especialidade_nome
            from clientes k
            where k.id = d.cliente_id
            limit 1
        ) as k on true
    ) as x;
    return jsonb_build_object(
        'texto', case when p ->> 'seguinte' is null then e'\ufeffNome;Telefone;Especialidade;Status Envio;Respondeu\r\n' else '' end
            || coalesce(v_texto, ''),
        'seguinte', case when v_linhas = 5000 then v_ultima end,
        'arquivo', 'campanha_' || v_campanha || '.csv');
end
$$;
grant execute on function api_campanha_csv(jsonb, jsonb) to carteiro_api;
