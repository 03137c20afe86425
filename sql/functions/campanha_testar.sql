-- campanha_testar: sends a campaign's message at once to these phones, which somebody gives by hand; each
-- once, at most 20. Returns a row for each: {numero_final, cliente_id, mensagem_id, motivo}.
--
-- Nobody of the list, and not in its report: origem sql, metadata.teste_da_campanha. A number that is
-- nobody's becomes a cliente that counts nowhere (interno), with the name "Teste". Suppressed numbers and
-- people who opted out get nothing, with the reason. {placeholders} that such a person has no value for
-- show their own name. tipo resposta and priority 9: no send window, no consent. Raises 22023.
create or replace function campanha_testar(id uuid, numeros text[])
returns table (numero_final text, cliente_id uuid, mensagem_id uuid, motivo text)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas;
    t record;
    v_telefone text;
    pessoa clientes;
    v_extra jsonb;
    v_aberta boolean;
begin
    select k.* into c from campanhas k where k.id = campanha_testar.id;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_testar.id::text, 'without an id') using errcode = '22023';
    end if;
    if coalesce(cardinality(campanha_testar.numeros), 0) not between 1 and 20 then
        raise exception 'numeros: expected 1 to 20 phones, found %', coalesce(cardinality(campanha_testar.numeros), 0) using errcode = '22023';
    end if;
    t := campanha_textos(c);
    for v_telefone in select distinct telefone_exigir(n) from unnest(campanha_testar.numeros) n loop
        numero_final := right(v_telefone, 4);
        mensagem_id := null;
        motivo := null;
        cliente_id := cliente_localizar(c.empresa_id, v_telefone);
        if cliente_id is null then
            cliente_id := (cliente_salvar(nome => 'Teste', telefone => v_telefone, empresa => c.empresa_id::text)).id;
            update clientes k set interno = true where k.id = campanha_testar.cliente_id;
        end if;
        select k.* into pessoa from clientes k where k.id = campanha_testar.cliente_id;
        if pessoa.status = 'optout' then
            motivo := 'optout';
            return next;
            continue;
        end if;
        select coalesce(jsonb_object_agg(x, '[' || x || ']'), '{}') || c.metadata into v_extra
        from unnest(coalesce(t.chaves, '{}') || coalesce(t.chaves_modelo, '{}')) x
        where cliente_valor(pessoa, c.metadata, x) is null;
        v_aberta := exists (
            select 1 from conversas k
            where k.cliente_id = pessoa.id and k.numero_id = (campanha_numeros(c))[1] and k.status = 'ativa' and k.janela_24h_ate > agora());
        if c.modelo_id is null and not v_aberta then
            motivo := 'fora_da_janela_sem_modelo';
            return next;
            continue;
        end if;
        insert into fila_mensagens (cliente_id, numero_id, tipo, formato, conteudo, modelo_id, parametros, prioridade, metadata, garantia)
        values (pessoa.id, (campanha_numeros(c))[1], 'resposta', case when c.mensagem_template is null then 'template' else 'texto' end,
            c.mensagem_template, c.modelo_id, to_jsonb(campanha_valores(pessoa, v_extra, t.chaves_modelo)), 9,
            v_extra || jsonb_build_object('teste_da_campanha', c.id), 'no_maximo_uma')
        returning fila_mensagens.id into mensagem_id;
        return next;
    end loop;
    perform campanha_audit(c, 'campanha_testada', jsonb_build_object('numeros', cardinality(campanha_testar.numeros)));
end
$$;
grant execute on function campanha_testar(uuid, text[]) to carteiro_ops_escrita;
