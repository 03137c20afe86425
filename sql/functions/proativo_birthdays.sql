-- proativo_birthdays: pets and customers whose birthday is the day of `em` (29 February is 28 in common
-- years), and a greeting with an offer. Null when there is none.
create or replace function proativo_birthdays(empresa uuid, em timestamptz, out conteudo text, out valores jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_hoje constant date := (em at time zone (select e.fuso from empresas e where e.id = proativo_birthdays.empresa))::date;
    v_dias text[] := array[to_char(v_hoje, 'MMDD')];
    v_total bigint;
    v_linhas text[];
begin
    if v_dias[1] = '0228' and to_char(v_hoje + 1, 'DD') <> '29' then
        v_dias := v_dias || '0229'::text;
    end if;
    select max(f.total), array_agg(f.linha order by f.lugar)
    into v_total, v_linhas
    from (
        select b.linha, row_number() over (order by b.is_pessoa, b.nome, b.linha) as lugar, count(*) over () as total
        from (
            select false as is_pessoa, p.nome, concat('🐾 ', formato_nome(p.nome), ' faz ',
                formato_contagem((extract(year from v_hoje) - extract(year from p.data_nascimento))::bigint, 'ano', 'anos'), ' – tutor(a): ',
                coalesce(formato_nome(c.nome), 'sem nome'), ' – ' || formato_telefone(c.telefone)) as linha
            from pets p
            join clientes c on c.id = p.cliente_id
            where p.empresa_id = proativo_birthdays.empresa
              and to_char(p.data_nascimento, 'MMDD') = any (v_dias) and p.data_nascimento < v_hoje
              and c.status = 'ativo' and not c.interno
            union all
            select true, c.nome, concat('🎉 ', coalesce(formato_nome(c.nome), 'Sem nome'), ' – ' || formato_telefone(c.telefone))
            from clientes c
            where c.empresa_id = proativo_birthdays.empresa
              and to_char(c.data_nascimento, 'MMDD') = any (v_dias) and c.data_nascimento < v_hoje
              and c.status = 'ativo' and not c.interno) as b) as f
    where f.lugar <= 15;
    if v_total is null then
        return;
    end if;
    conteudo := proativo_blocos(array[
        '🎂 ' || formato_contagem(v_total, 'aniversário', 'aniversários') || ' em ' || formato_data(v_hoje, v_hoje) || ':',
        proativo_lista(v_linhas, v_total),
        E'✍️ Sugestão de mensagem:\n“Feliz aniversário, {nome}! 🎉 Para comemorar, preparamos um presente: 10% de desconto no próximo atendimento deste mês. É só responder esta mensagem. 💛”',
        'Quer que eu envie para todos?']);
    valores := jsonb_build_object('total', v_total::text);
end
$$;
