-- regra_simular: whom a rule would write to and when, as things stand, nothing written: of a rule of
-- conversations those whom its next run would plan, of every rule what is planned already.
--
-- `quando` is when its send window lets it go, in the person's zone; `mensagem` the text with its
-- placeholders; `planejado`: it is planned, and not only would be.
create or replace function regra_simular(nome text, empresa text default null)
returns table (cliente_id uuid, cliente text, telefone text, passo integer, quando timestamptz, planejado boolean,
    mensagem text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(regra_simular.empresa);
    regra regras_followup;
begin
    select r.* into regra from regras_followup r where r.empresa_id = dona and r.nome = regra_simular.nome;
    if regra.id is null then
        raise exception 'nome: there is no rule called "%"', regra_simular.nome using errcode = '22023';
    end if;
    return query
    with quem as materialized (
        select d.cliente_id, d.passo::integer, greatest(d.quando, agora()) as quando, true as planejado, d.texto
        from disparos d
        where d.regra_id = regra.id and d.status = 'planejado'
        union all
        select t.cliente_id, t.passo, agora(), false, null
        from regra_alvos(regra) t
        where regra.gatilho = 'conversa' and regra.ativa
    ), saida as materialized ( -- a window is looked up once for each zone and instant
        select k.fuso, k.quando, janela_proxima(dona, regra.proposito, k.fuso, k.quando) as em
        from (select distinct c.fuso, q.quando from quem q join clientes c on c.id = q.cliente_id) as k
    )
    select c.id, c.nome, telefone_mascarar(c.telefone), a.passo, s.em, a.planejado,
        coalesce(a.texto, (
            select m.texto
            from regra_mensagens m
            where m.regra_id = regra.id
            order by case when regra.gatilho = 'conversa' then abs(m.ordem - a.passo) else 0 end, m.ordem
            limit 1))
    from quem a
    join clientes c on c.id = a.cliente_id
    left join saida s on s.quando = a.quando and s.fuso is not distinct from c.fuso
    order by s.em, c.id;
end
$$;
grant execute on function regra_simular(text, text) to carteiro_ops_leitura, carteiro_ops_escrita;
