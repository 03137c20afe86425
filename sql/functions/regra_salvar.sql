-- regra_salvar: changes a rule of the company: when it fires, how often, what it says. Returns its row.
--
-- Left out: as it is. `texto` is the `ordem`-th text (1 when left out), `modelo` the Meta template beside
-- it; a new text leaves the template alone, which has Meta's approval for what it says. Each change makes
-- a new versao; what is planned already leaves by the new text. Raises 22023 naming the argument.
create or replace function regra_salvar(
    nome text,
    atraso interval default null,
    max_envios integer default null,
    carencia interval default null,
    validade interval default null,
    prioridade integer default null,
    texto text default null,
    modelo text default null,
    ordem integer default null,
    empresa text default null)
returns regras_followup
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(regra_salvar.empresa);
    antes regras_followup := regra_get(regra_salvar.nome, dona);
    v_ordem constant integer := coalesce(regra_salvar.ordem, 1);
    v_textos integer;
    salva regras_followup;
begin
    if regra_salvar.atraso < '0' and antes.gatilho <> 'agendamento' then
        raise exception 'atraso: only reminders of appointments come before their instant' using errcode = '22023';
    end if;
    if regra_salvar.atraso not between '-1 year' and '1 year' then
        raise exception 'atraso: expected at most a year, found %', regra_salvar.atraso using errcode = '22023';
    end if;
    if regra_salvar.max_envios not between 1 and 20 then
        raise exception 'max_envios: expected 1 to 20, found %', regra_salvar.max_envios using errcode = '22023';
    end if;
    if regra_salvar.max_envios > 1 and antes.gatilho <> 'conversa' then
        raise exception 'max_envios: only rules of conversations write more than once' using errcode = '22023';
    end if;
    if regra_salvar.carencia not between '0' and '10 years' then
        raise exception 'carencia: expected a time such as 30 days, at most 10 years' using errcode = '22023';
    end if;
    if regra_salvar.validade <= '0' or regra_salvar.validade > '1 year' then
        raise exception 'validade: expected a time such as 3 days, at most a year' using errcode = '22023';
    end if;
    if regra_salvar.prioridade not between 1 and 10 then
        raise exception 'prioridade: expected 1 to 10, found %', regra_salvar.prioridade using errcode = '22023';
    end if;
    select count(*) into v_textos from regra_mensagens m where m.regra_id = antes.id;
    if v_ordem not between 1 and v_textos + 1 or (v_ordem > v_textos and regra_salvar.texto is null) then
        raise exception 'ordem: the rule has % texts; expected 1 to %, the last one with a text', v_textos, v_textos + 1
            using errcode = '22023';
    end if;
    if regra_salvar.texto is not null then
        perform regra_texto_exigir(antes, regra_salvar.texto);
    end if;
    if regra_salvar.modelo is not null then
        perform modelo_resolver(dona, regra_salvar.modelo);
    end if;

    if coalesce(regra_salvar.texto, regra_salvar.modelo) is not null then
        insert into regra_mensagens as m (regra_id, ordem, texto, modelo, categoria, parametros)
        select antes.id, v_ordem, btrim(coalesce(regra_salvar.texto, k.texto), E' \t\r\n'),
            coalesce(regra_salvar.modelo, k.modelo), coalesce(k.categoria, p.categoria, 'utility'), coalesce(k.parametros, '{}')
        from (values (1)) as um
        left join regra_mensagens k on k.regra_id = antes.id and k.ordem = v_ordem
        left join regra_mensagens p on p.regra_id = antes.id and p.ordem = 1
        on conflict on constraint regra_mensagens_pkey do update
        set texto        = excluded.texto,
            modelo       = excluded.modelo,
            -- what the proposal says was the text; from now on they differ
            modelo_corpo = coalesce(m.modelo_corpo, m.texto);
    end if;
    update regras_followup r
    set atraso     = coalesce(regra_salvar.atraso, r.atraso),
        max_envios = coalesce(regra_salvar.max_envios, r.max_envios),
        carencia   = coalesce(regra_salvar.carencia, r.carencia),
        validade   = coalesce(regra_salvar.validade, r.validade),
        prioridade = coalesce(regra_salvar.prioridade, r.prioridade),
        versao     = r.versao + 1,
        updated_at = agora()
    where r.id = antes.id
    returning r.* into salva;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (dona, 'regra_salva', salva.nome, jsonb_build_object('versao', salva.versao));
    return salva;
end
$$;
grant execute on function regra_salvar(text, interval, integer, interval, interval, integer, text, text, integer, text)
    to carteiro_ops_escrita;
