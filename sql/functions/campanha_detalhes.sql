-- campanha_detalhes: the part of campanha_relatorio that names: {top_respondedores [{cliente_id,
-- nome, respostas}] (10: who wrote most to the campaign's number after its message, first come
-- first), erros_comuns [{erro, total}] (10: why messages were refused or failed on their way)}.
create or replace function campanha_detalhes(c campanhas)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    respondedores jsonb;
    erros jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_object(
        'cliente_id', r.cliente_id, 'nome', r.nome, 'respostas', r.respostas)
        order by r.respostas desc, r.respondeu_em, r.cliente_id), '[]')
    into respondedores
    from (
        select d.cliente_id, cl.nome, d.respondeu_em, m.respostas
        from campanha_destinatarios d
        left join clientes cl on cl.id = d.cliente_id
        cross join lateral (
            select count(*) as respostas
            from mensagens_recebidas x
            where x.cliente_id = d.cliente_id
              and (c.numero_id is null or x.numero_id = c.numero_id)
              and x.recebida_em >= d.encerrada_em
        ) as m
        where d.campanha_id = c.id and d.respondeu_em is not null
        order by m.respostas desc, d.respondeu_em, d.cliente_id
        limit 10
    ) as r;

    select coalesce(jsonb_agg(jsonb_build_object('erro', e.erro, 'total', e.total) order by e.total desc, e.erro), '[]')
    into erros
    from (
        select coalesce(d.erro, 'sem descrição') as erro, count(*) as total
        from campanha_destinatarios d
        where d.campanha_id = c.id and (d.status = 'erro' or d.entrega = 'falhou')
        group by 1
        order by 2 desc, 1
        limit 10
    ) as e;
    return jsonb_build_object('top_respondedores', respondedores, 'erros_comuns', erros);
end
$$;
